import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { FeedRef } from "../../src/adapter.ts";
import { understandEntries } from "../../src/feed/authors.ts";
import type { Entry } from "../../src/feed/entry.ts";
import { parseFeed } from "../../src/feed/parse/parse.ts";
import { summarize } from "../../src/summary/compose.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { judge, type Violation } from "../output/judge.ts";
import { type Platform, platforms } from "../output/platforms.ts";

/** A line or two, as posts are composed (relay/compose.ts), and more than most platforms take. */
const excerptChars = [120, 600, 5000];
const WHOLE_CHARS = 10_000_000;
const MOST_EXAMPLE_CHARS = 500;
/** Printed of each kind. */
const EXAMPLES = Number(process.env["EXAMPLES"] ?? 3);

/** Examples by kind. */
type Kinds = Map<string, string[]>;

interface Tally {
  readonly platform: Platform;
  entries: number;
  readonly kinds: Kinds;
  readonly doubts: Kinds;
}

/** Every entry of every document, as each platform's adapter really writes it, read by readers that are not the writers. */
export async function output(corpus: string): Promise<boolean> {
  const tallies = platforms.map((platform): Tally => ({ platform, entries: 0, kinds: new Map(), doubts: new Map() }));
  const known = new Set<string>();
  let documents = 0;
  for (const [path, contentType] of await documentsOf(corpus)) {
    const outcome = await parseFeed(await readFile(join(corpus, path)), {
      url: "https://feed.invalid/",
      contentType,
      whole: true,
    });
    if (outcome.kind === "not-a-feed") continue;
    documents += 1;
    const feed = { id: path, url: "https://feed.invalid/", title: outcome.document.title || "A feed" };
    for (const [i, entry] of understandEntries(outcome.document.entries, new Set()).entries()) {
      const print = createHash("sha256")
        .update(JSON.stringify([entry.title, entry.author, entry.link, entry.html]))
        .digest("base64");
      if (known.has(print)) continue;
      known.add(print);
      const where = `${path} entry ${String(i + 1)}`;
      look(feed, entry, where, tallies);
    }
  }
  console.log(
    `${String(documents)} documents, ${String(known.size)} different entries, each with excerpts of ${excerptChars.join(", ")} characters`,
  );
  return tallies.map(report).every((isGood) => isGood);
}

async function documentsOf(corpus: string): Promise<[path: string, contentType: string][]> {
  const manifest = await readFile(join(corpus, "MANIFEST.tsv"), "utf8");
  const types = new Map(
    manifest
      .split("\n")
      .map((line) => line.split("\t"))
      .map((cells): [string, string] => [cells[0] ?? "", cells[4] ?? ""]),
  );
  const files = await readdir(corpus, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name !== "MANIFEST.tsv")
    .map((file) => relative(corpus, join(file.parentPath, file.name)))
    .toSorted()
    .map((path) => [path, types.get(path) ?? ""]);
}

function look(feed: FeedRef, entry: Entry, where: string, tallies: readonly Tally[]): void {
  const [full, ...summaries] = [WHOLE_CHARS, ...excerptChars].map((chars) =>
    summarize({ ...entry, entryId: "e.1" }, { excerptChars: chars }),
  );
  if (full === undefined) return;
  for (const tally of tallies) {
    tally.entries += 1;
    const found = summaries.flatMap((summary) => lookAt(tally.platform, feed, entry, summary, full));
    for (const { kind, isDoubt, what } of found) add(isDoubt ? tally.doubts : tally.kinds, kind, `${where}: ${what}`);
  }
}

function lookAt(platform: Platform, feed: FeedRef, entry: Entry, summary: Summary, full: Summary): Violation[] {
  try {
    const shown = platform.read(platform.render({ kind: "post", feed, summary }));
    return judge({ entry, summary, full, shown });
  } catch (error) {
    return [{ kind: "failed", isDoubt: false, what: error instanceof Error ? (error.stack ?? "") : String(error) }];
  }
}

function add(kinds: Kinds, kind: string, example: string): void {
  kinds.set(kind, [...(kinds.get(kind) ?? []), example]);
}

function report({ platform, entries, kinds, doubts }: Tally): boolean {
  console.log(
    `\n${platform.name}: ${String(entries)} entries, ${String(count(kinds))} violations, ${String(count(doubts))} doubts`,
  );
  list(kinds);
  list(doubts);
  return count(kinds) === 0;
}

function count(kinds: Kinds): number {
  return [...kinds.values()].reduce((sum, examples) => sum + examples.length, 0);
}

function list(kinds: Kinds): void {
  for (const [kind, examples] of kinds) {
    console.log(`  ${String(examples.length)} × ${kind}`);
    for (const example of examples.slice(0, EXAMPLES)) console.log(`      ${example.slice(0, MOST_EXAMPLE_CHARS)}`);
  }
}
