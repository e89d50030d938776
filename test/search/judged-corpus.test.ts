import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { understandEntries } from "../../src/feed/authors.ts";
import type { Entry } from "../../src/feed/entry.ts";
import { readDocument } from "../../src/feed/read/read-document.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { SearchIndex } from "../../src/search/search-index.ts";
import { freshFeedId } from "../store/real-redis.ts";
import { JUDGED_CORPUS, JUDGED_PLANETS } from "./judged-corpus.ts";
import { findAll, type Library, openLibrary, publish } from "./library.ts";

const corpus = env["CORPUS_DIR"] ?? fileURLToPath(new URL("../../../shared/corpus", import.meta.url));
const paths = JUDGED_PLANETS.map((name) => join(corpus, "planet", name));
const hasCorpus = paths.every((path) => existsSync(path));
if (!hasCorpus)
  console.error(
    `SKIPPED: nothing is searched in real planets, there is no corpus in ${corpus}; name its folder with CORPUS_DIR`,
  );

async function entriesOf(path: string): Promise<readonly Entry[]> {
  const about = { url: "https://feed.invalid/", contentType: "application/xml", whole: true };
  const read = await readDocument(readFileSync(path), about);
  if (read.kind !== "feed") throw new Error(`${path} is no feed`);
  return understandEntries(
    read.document.entries.map(({ entry }) => entry),
    new Set(),
    read.document,
  );
}

describe.skipIf(!hasCorpus)("who has read these planets finds in the first five hits what they look for:", () => {
  let library: Library;
  let index: SearchIndex;
  const feeds = paths.map(() => freshFeedId());
  const links: string[] = [];

  beforeAll(async () => {
    library = await openLibrary();
    index = library.index();
    for (const [i, path] of paths.entries()) {
      const entries = await entriesOf(path);
      links.push(...entries.map(({ link }) => link));
      await publish(library.real, feeds[i] ?? "", entries);
    }
  });
  afterAll(async () => library.close());

  test.each(JUDGED_CORPUS)("$query ($why)", async ({ query, expected, unwanted = [] }) => {
    const parsed = parseQuery(query);
    expect(parsed.ignored).toEqual([]);
    const found = await findAll(index, feeds, parsed.query, { offset: 0, limit: 5 });
    const shown = found.hits.map(({ entry }) => entry.link);
    const missing = expected.filter((part) => !shown.some((link) => link.includes(part)));
    const wrong = unwanted.filter((part) => shown.some((link) => link.includes(part)));
    expect({ missing, wrong, shown }).toEqual({ missing: [], wrong: [], shown });
    if (expected.length === 0) expect(shown).toEqual([]);
  });

  test("there are enough of them, and each names entries that are there", () => {
    expect(JUDGED_CORPUS.length).toBeGreaterThanOrEqual(30);
    const named = JUDGED_CORPUS.flatMap(({ expected, unwanted = [] }) => [...expected, ...unwanted]);
    expect(named.filter((part) => links.filter((link) => link.includes(part)).length !== 1)).toEqual([]);
  });
});
