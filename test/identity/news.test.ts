import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import type { ReadDocument } from "../../src/feed/read/read-document.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { documentOf, entry, longText } from "./documents.ts";
import { openReader } from "./reader.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** What a feed shows, reading by reading; at each, exactly these numbers are new. */
interface Story {
  readonly what: string;
  readonly readings: readonly (readonly [shown: ReadDocument | readonly RawEntry[], news: readonly number[]])[];
}

const short = { html: "<p>Read more…</p>" };
const bare = (one: RawEntry): RawEntry => ({ ...one, guid: "" });
const oneLink = (one: RawEntry): RawEntry => ({ ...one, link: "https://planet.example/news" });
const atHour = (one: RawEntry, hour: number): RawEntry => ({
  ...one,
  publishedAt: `2024-01-01T${String(hour)}:00:00.000Z`,
});
const weekly = (one: RawEntry): RawEntry => ({ ...one, titleRaw: "Weekly update" });
const undated = (one: RawEntry): RawEntry => ({ ...one, publishedAt: null });

const dated = [8, 7, 6, 5, 4, 3, 2, 1].map((n) => entry(10 + n));
const byDefault = (one: RawEntry): RawEntry => ({ ...one, publishedAt: "1970-01-01T00:00:00.000Z" });
const untitled = (n: number): RawEntry => byDefault({ ...entry(n), titleRaw: "Untitled" });

const stories: readonly Story[] = [
  {
    what: "a feed that was empty at first",
    readings: [
      [[], []],
      [[entry(1)], [1]],
      [[], []],
      [[entry(2), entry(1)], [2]],
    ],
  },
  {
    what: "a second post of one author under one title, with its own guid, link, text and date",
    readings: [
      [[weekly(entry(1))], [1]],
      [[weekly(entry(2)), weekly(entry(1))], [2]],
      [[weekly(entry(3))], [3]],
    ],
  },
  {
    what: "a second post under one title, without guids",
    readings: [
      [
        [bare(weekly(entry(1))), entry(9)],
        [1, 2],
      ],
      [[bare(weekly(entry(2))), entry(9)], [3]],
    ],
  },
  {
    what: "a second post under one title and one link, both in the document, with guids of their own",
    readings: [
      [[weekly(oneLink(entry(1)))], [1]],
      [
        [weekly(oneLink(entry(2))), weekly(oneLink(entry(1))), entry(9)],
        [2, 3],
      ],
    ],
  },
  {
    what: "one text that is too short to prove anything",
    readings: [
      [[weekly({ ...entry(1), ...short })], [1]],
      [[weekly({ ...entry(2), ...short })], [2]],
    ],
  },
  {
    what: "a text one character below the proving length",
    readings: [
      [[weekly({ ...entry(1), html: "x".repeat(99) })], [1]],
      [[weekly({ ...entry(2), html: "x".repeat(99) })], [2]],
      [[weekly({ ...entry(3), html: "x".repeat(100) })], [3]],
      [[weekly({ ...entry(4), html: "x".repeat(100), link: "https://moved.example/4" })], []],
    ],
  },
  {
    what: "the same long words, of the same host, each week",
    readings: [
      [[weekly(entry(1))], [1]],
      [[weekly({ ...entry(2), html: entry(1).html })], [2]],
      [[weekly({ ...entry(3), html: entry(1).html })], [3]],
    ],
  },
  {
    what: "one full-hour date, which proves nothing",
    readings: [
      [[weekly(atHour(entry(1), 10))], [1]],
      [[weekly(atHour(entry(2), 10))], [2]],
    ],
  },
  {
    what: "one exact date under another title",
    readings: [
      [[entry(1)], [1]],
      [[{ ...entry(2), publishedAt: entry(1).publishedAt }], [2]],
    ],
  },
  {
    what: "one text and one date by another author",
    readings: [
      [[entry(1)], [1]],
      [
        [
          {
            ...entry(2),
            titleRaw: "Post 1",
            html: entry(1).html,
            publishedAt: entry(1).publishedAt,
            authorRaw: "Grace",
          },
        ],
        [2],
      ],
    ],
  },
  {
    what: "new posts of a feed where all guids are one",
    readings: [
      [[2, 1].map((n) => ({ ...entry(n), guid: "same" })), [1, 2]],
      [[3, 2, 1].map((n) => ({ ...entry(n), guid: "same" })), [3]],
      [[{ ...entry(4), guid: "same" }], [4]],
    ],
  },
  {
    what: "new posts of a feed where all links are one",
    readings: [
      [[2, 1].map((n) => oneLink(entry(n))), [1, 2]],
      [[3, 2].map((n) => oneLink(entry(n))), [3]],
      [[oneLink(entry(4))], [4]],
    ],
  },
  {
    what: "new posts without guids of a feed where all links are one",
    readings: [
      [[2, 1].map((n) => bare(oneLink(entry(n)))), [1, 2]],
      [[3, 2].map((n) => bare(oneLink(entry(n)))), [3]],
      [[bare(oneLink(entry(4)))], [4]],
    ],
  },
  {
    what: "new posts without guids, titles and dates under one link",
    readings: [
      [[2, 1].map((n) => undated(bare(oneLink({ ...entry(n), titleRaw: "" })))), [1, 2]],
      [[3, 2].map((n) => undated(bare(oneLink({ ...entry(n), titleRaw: "" })))), [3]],
    ],
  },
  {
    what: "one entry at a time without guid, under the link of the site",
    readings: [
      [[bare({ ...entry(1), link: "https://planet.example" })], [1]],
      [[bare({ ...entry(2), link: "https://planet.example" })], [2]],
      [
        [bare({ ...entry(3), link: "https://planet.example" }), entry(9)],
        [3, 4],
      ],
      [[bare({ ...entry(4), link: "https://planet.example" }), entry(9)], [5]],
    ],
  },
  {
    what: "one entry at a time with its own guid, under a constant link and title",
    readings: [
      [[oneLink(weekly(undated({ ...entry(1), ...short })))], [1]],
      [[oneLink(weekly(undated({ ...entry(2), ...short })))], [2]],
    ],
  },
  {
    what: "one title under a default date that another post has, too, though all other dates tell",
    readings: [
      [
        [...dated, untitled(1), byDefault(entry(91))],
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      ],
      [[...dated, untitled(2), byDefault(entry(91))], [11]],
    ],
  },
  {
    what: "changelog entries that differ in the fragment of their link",
    readings: [
      [[bare({ ...entry(1), link: "https://planet.example/changes#1" })], [1]],
      [[2, 1].map((n) => bare({ ...entry(n), link: `https://planet.example/changes#${String(n)}` })), [2]],
    ],
  },
  {
    what: "an old entry that comes into view for the first time",
    readings: [
      [
        [entry(5), entry(4)],
        [1, 2],
      ],
      [[entry(5), entry(4), entry(1)], [3]],
    ],
  },
];

test.each(stories)("news: $what", async ({ readings }) => {
  const reader = openReader(real);
  for (const [shown, news] of readings) expect(await reader.read(shown)).toEqual(news);
});

test("numbers rise without gaps in posting order, whatever the order of the document", async () => {
  const reader = openReader(real);
  expect(await reader.news([entry(2), entry(1), entry(3)])).toEqual(["Post 1", "Post 2", "Post 3"]);
  expect(await reader.read([entry(5), entry(3), entry(4)])).toEqual([4, 5]);
});

test("two readings of one document at once give each entry one number", async () => {
  const reader = openReader(real);
  const document = documentOf([3, 2, 1].map((n) => entry(n)));
  const both = await Promise.all([reader.read(document), reader.read(document)]);
  expect(both.flat().sort((a, b) => a - b)).toEqual([1, 2, 3]);
});

test("a text that is cut at another length is still known by guid, link or date", async () => {
  const reader = openReader(real);
  await reader.read([entry(1)]);
  expect(await reader.read([{ ...entry(1), guid: "new", html: longText("Post 1").slice(0, 110) }])).toEqual([]);
});
