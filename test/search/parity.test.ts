import { afterAll, beforeAll, expect, test } from "vitest";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { SearchIndex } from "../../src/search/search-index.ts";
import { seededRandom } from "../chaos/random.ts";
import { freshFeedId } from "../store/real-redis.ts";
import { question, vocabulary, writtenEntry } from "./generated.ts";
import { findAll, type Library, openLibrary, publish, toEntry, type Written } from "./library.ts";
import { answer, readHeld } from "./oracle.ts";

const QUERIES = 1000;
const ENTRIES = 3000;
const FEEDS = 12;
/** Of each answer this much is compared, of every 25th all. */
const PAGE = 30;
/** No longer answer is counted exactly. */
const COUNTED = 100;

let library: Library;
let index: SearchIndex;
beforeAll(async () => {
  library = await openLibrary();
  index = library.index();
});
afterAll(async () => library.close());

test("1,000 questions of every kind are answered as by reading every entry", async () => {
  const random = seededRandom(20_260_801);
  const words = vocabulary(random, 1500);
  const feeds = Array.from({ length: FEEDS }, freshFeedId);
  const written = new Map<string, Written[]>(feeds.map((feed) => [feed, []]));
  for (let n = 0; n < ENTRIES; n += 1) written.get(random.pick(feeds))?.push(writtenEntry(random, words, n));
  for (const [feed, entries] of written) await publish(library.real, feed, entries);
  const all = [...written].flatMap(([feed, entries]) =>
    entries.map((entry, i) => readHeld({ feed, number: i + 1, entry: toEntry(entry), seenAtMs: entry.seenAtMs ?? 0 })),
  );
  const entries = [...written.values()].flat();
  const sizes: number[] = [];
  for (let n = 0; n < QUERIES; n += 1) {
    const { text, wishes } = question(random, words, entries);
    const channel = random.shuffled(feeds).slice(0, random.pick([1, 3, 6, FEEDS]));
    const expected = answer(all, new Set(channel), wishes);
    const { query, ignored } = parseQuery(text);
    const order = random.pick(["new", "best"] as const);
    const limit = n % 25 === 0 ? ENTRIES : PAGE;
    const found = await findAll(index, channel, { ...query, sort: order }, { offset: 0, limit });
    const ids = found.hits.map((hit) => `${hit.feedId}.${String(hit.number)}`);
    const wanted = expected.slice(0, limit);
    const isWhole = wanted.length === expected.length;
    if (order === "new") expect([text, ignored, ids]).toEqual([text, [], wanted]);
    else if (isWhole) expect([text, ignored, ids.toSorted()]).toEqual([text, [], wanted.toSorted()]);
    else expect([text, ids.filter((id) => !expected.includes(id)), new Set(ids).size]).toEqual([text, [], limit]);
    const counted = Math.max(COUNTED, limit);
    expect([text, found.total, found.isTotalExact]).toEqual([
      text,
      Math.min(counted, expected.length),
      expected.length <= counted,
    ]);
    const offset = random.integer(0, expected.length);
    const some = await index.find(channel, { ...query, sort: "new" }, { offset, limit: 5 });
    const page = some.hits.map((hit) => `${hit.feedId}.${String(hit.number)}`);
    expect([text, page]).toEqual([text, expected.slice(offset, offset + 5)]);
    sizes.push(expected.length);
  }
  // The questions are worth asking: most have an answer, many a long one.
  expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(QUERIES * 0.6);
  expect(sizes.filter((size) => size > 50).length).toBeGreaterThan(QUERIES * 0.2);
}, 120_000);
