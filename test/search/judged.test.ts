import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AuthoredPost, composePost } from "../../src/demo/planet/composed.ts";
import { atomDocument } from "../../src/demo/planet/documents.ts";
import { members, newcomer } from "../../src/demo/planet/members.ts";
import { show } from "../../src/demo/planet/slot.ts";
import { understandEntries } from "../../src/feed/authors.ts";
import { readDocument } from "../../src/feed/read/read-document.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { SearchIndex } from "../../src/search/search-index.ts";
import { freshFeedId } from "../store/real-redis.ts";
import { JUDGED } from "./judged.ts";
import { findAll, type Library, openLibrary, publish } from "./library.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.parse("2026-05-01T00:00:00Z");
const COMPOSED = 100;

let library: Library;
let index: SearchIndex;
const feed = freshFeedId();

/** Every written post, and between them what the planet composes: nightly builds and garden logs. */
function posts(): readonly AuthoredPost[] {
  const written = [...members, newcomer].flatMap((member) => member.posts.map((post) => ({ member, post })));
  const composed = Array.from({ length: COMPOSED }, (_, n) => composePost(n, written)).filter(
    (_, n) => n % 5 === 1 || n % 5 === 3,
  );
  return [...written, ...composed];
}

beforeAll(async () => {
  library = await openLibrary();
  index = library.index();
  const shown = posts().map((authored, number) =>
    show({
      ...authored,
      number,
      publishedAtMs: START_MS + ((number * 37) % 101) * HOUR_MS,
      updatedAtMs: START_MS,
      locked: false,
      revised: false,
    }),
  );
  const text = atomDocument({ origin: "https://planet.example", posts: shown, changedAtMs: START_MS });
  const url = "https://planet.example/atom.xml";
  const read = await readDocument(Buffer.from(text), { url, contentType: "application/atom+xml", whole: true });
  if (read.kind !== "feed") throw new Error("the planet is no feed");
  const entries = understandEntries(
    read.document.entries.map(({ entry }) => entry),
    new Set(),
    read.document,
  );
  await publish(library.real, feed, entries);
});
afterAll(async () => library.close());

async function firstPage(text: string): Promise<readonly string[]> {
  const found = await findAll(index, [feed], parseQuery(text).query, { offset: 0, limit: 5 });
  return found.hits.map(({ entry }) => entry.link.split("/").at(-2) ?? "");
}

describe("what somebody expects who knows the planet is on the first page:", () => {
  test.each(JUDGED)("%s", async (text, expected) => {
    const page = await firstPage(text);
    if (expected.length === 0) expect(page).toEqual([]);
    else expect(page).toEqual(expect.arrayContaining([...expected]));
  });

  test("there are enough of them", () => {
    expect(JUDGED.length).toBeGreaterThanOrEqual(60);
  });
});
