import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Finding, readBytes, understand } from "./authors-read.ts";

interface Expected {
  readonly author: string;
  readonly title: string;
}

/** `authors.tsv` was written by a person who read the titles: file, hash of the guid, author, shown title. */
export async function handWrittenIn(corpus: string): Promise<readonly Finding[]> {
  const [, ...lines] = readFileSync(new URL("./expected/authors.tsv", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  const byFile = new Map<string, Map<string, Expected>>();
  for (const line of lines) {
    const [file = "", key = "", author = "", title = ""] = line.split("\t");
    const expected = byFile.get(file) ?? new Map<string, Expected>();
    byFile.set(file, expected.set(key, { author, title }));
  }
  return Promise.all([...byFile].map(async ([file, expected]) => compare(corpus, file, expected)));
}

async function compare(corpus: string, file: string, expected: ReadonlyMap<string, Expected>): Promise<Finding> {
  const entries = await understand(await readBytes(corpus, `planet/${file}`));
  const byKey = new Map(entries.map((entry) => [keyOf(entry.guid), entry]));
  const misses = [...expected].flatMap(([key, { author, title }]) => {
    const entry = byKey.get(key);
    if (entry?.author === author && entry.title === title) return [];
    return [`${file}: expected "${title}" by "${author}", got "${entry?.title ?? ""}" by "${entry?.author ?? ""}"`];
  });
  return { right: expected.size - misses.length, of: expected.size, misses };
}

function keyOf(guid: string): string {
  return createHash("sha256").update(guid).digest("hex").slice(0, 12);
}
