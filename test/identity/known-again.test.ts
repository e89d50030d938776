import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

type Shown = ReadDocument | readonly RawEntry[];

/** What a feed shows, reading by reading, and the titles that are new at each. */
interface Story {
  readonly what: string;
  readonly readings: readonly (readonly [shown: Shown, news: readonly string[]])[];
}

const first = [entry(2), entry(1)];
const bothNew = ["Post 1", "Post 2"];
const short = { html: "<p>Read more…</p>" };
const fullHour = { publishedAt: "2024-01-01T10:00:00.000Z" };
const newGuid = (one: RawEntry): RawEntry => ({ ...one, guid: `${one.guid}?v=2` });
const bare = (one: RawEntry): RawEntry => ({ ...one, guid: "" });
const sameGuid = (one: RawEntry): RawEntry => ({ ...one, guid: "same" });
const oneLink = (one: RawEntry): RawEntry => ({ ...one, link: "https://planet.example/news" });
const movedHost = (one: RawEntry): RawEntry => ({
  ...newGuid(one),
  link: one.link.replace("planet.example", "new.example"),
});
const redated = (one: RawEntry): RawEntry => ({ ...one, publishedAt: "2024-06-07T08:09:10.000Z" });
const undated = (one: RawEntry): RawEntry => ({ ...one, publishedAt: null });

const onDay = (n: number): RawEntry => ({ ...entry(n), ...short, publishedAt: `2024-01-0${String(n)}T00:00:00.000Z` });

function stays(what: string, before: readonly RawEntry[], after: readonly RawEntry[]): Story {
  return {
    what,
    readings: [
      [before, bothNew],
      [after, []],
      [before, []],
      [after, []],
    ],
  };
}

const known: readonly Story[] = [
  stays("an unchanged document", first, first),
  stays("a reversed document", first, first.toReversed()),
  stays("new guids", first, first.map(newGuid)),
  stays(
    "new guids with short texts",
    first.map((one) => ({ ...one, ...short })),
    first.map((one) => newGuid({ ...one, ...short })),
  ),
  stays(
    "new guids where nothing but link and title can tell",
    first.map((one) => undated({ ...one, ...short })),
    first.map((one) => newGuid(undated({ ...one, html: "<p>Continue reading…</p>" }))),
  ),
  stays(
    "a corrected title and text under the same guid",
    first,
    first.map((one) => ({ ...one, ...short, titleRaw: `${one.titleRaw}, corrected` })),
  ),
  stays(
    "a corrected title without guids",
    first.map(bare),
    first.map((one) => bare({ ...one, ...short, titleRaw: `${one.titleRaw}, corrected` })),
  ),
  stays("other dates", first, first.map(redated)),
  stays(
    "other dates without guids",
    first.map(bare),
    first.map((one) => bare(redated(one))),
  ),
  stays("dates that vanish", first, first.map(undated)),
  stays("a moved host with the same titles and texts", first, first.map(movedHost)),
  stays(
    "a moved host with other texts but exact dates",
    first,
    first.map((one) => movedHost({ ...one, ...short })),
  ),
  stays(
    "a moved host with full-hour dates but long texts",
    first.map((one) => ({ ...one, ...fullHour })),
    first.map((one) => movedHost({ ...one, ...fullHour })),
  ),
  {
    what: "a moved host with short texts and dates that are only days, where each day is another",
    readings: [
      [[3, 2, 1].map(onDay), ["Post 1", "Post 2", "Post 3"]],
      [[3, 2, 1].map((n) => movedHost(onDay(n))), []],
    ],
  },
  stays(
    "links with https, www, a slash or tracking added",
    first.map((one) => bare({ ...one, link: one.link.replace("https:", "http:") })),
    first.map((one) => bare({ ...one, link: `${one.link.replace("planet", "www.planet")}/?utm_source=feed` })),
  ),
  stays(
    "duplicate guids with links of their own",
    first.map(sameGuid),
    first.map((one) => ({ ...sameGuid(one), ...short })),
  ),
  stays(
    "one link for all, with guids",
    first.map(oneLink),
    first.map((one) => ({ ...oneLink(one), ...short, titleRaw: `${one.titleRaw}!` })),
  ),
  stays(
    "one link for all without guids, with long texts",
    first.map((one) => bare(oneLink(one))),
    first.map((one) => bare(oneLink(redated(one)))),
  ),
  stays(
    "nothing to go by but that nothing changed",
    first.map((one) => undated(bare(oneLink({ ...one, ...short })))),
    first.map((one) => undated(bare(oneLink({ ...one, ...short })))),
  ),
  {
    what: "an entry alone in its document, under a constant link",
    readings: [
      [[bare(oneLink(entry(1)))], ["Post 1"]],
      [[bare(oneLink(redated(entry(1))))], []],
      [[bare(oneLink(redated({ ...entry(1), ...short })))], []],
    ],
  },
  {
    what: "a document without guids, exact dates and long texts that shrinks to one entry",
    readings: [
      [first.map((one) => undated(bare({ ...one, ...short }))), bothNew],
      [[undated(bare({ ...entry(2), ...short }))], []],
      [[undated(bare({ ...entry(1), ...short }))], []],
    ],
  },
  {
    what: "a document of one guid for all that shrinks to one entry, with dates that are only days",
    readings: [
      [[3, 2, 1].map((n) => sameGuid(onDay(n))), ["Post 1", "Post 2", "Post 3"]],
      [[sameGuid(onDay(3))], []],
    ],
  },
  {
    what: "everything gone, and back",
    readings: [
      [first, bothNew],
      [[], []],
      [first, []],
      [[entry(1)], []],
      [first.map(newGuid), []],
    ],
  },
  {
    what: "entries that come back one by one",
    readings: [
      [first, bothNew],
      [[entry(2)], []],
      [[entry(1)], []],
      [[entry(3), entry(1)], ["Post 3"]],
      [first, []],
    ],
  },
  {
    what: "a window that slides back",
    readings: [
      [
        [entry(3), entry(2)],
        ["Post 2", "Post 3"],
      ],
      [[entry(2), entry(1)], ["Post 1"]],
      [[entry(3), entry(2), entry(1)], []],
    ],
  },
];

test.each(known)("not news again: $what", async ({ readings }) => {
  const reader = openReader(real);
  for (const [shown, news] of readings) expect(await reader.news(shown)).toEqual(news);
});

describe("one post of a document", () => {
  const twice = { what: "an exact duplicate", entries: [entry(1), entry(1)], posts: 1 };
  const situations = [
    twice,
    { what: "an exact duplicate under another guid", entries: [entry(1), newGuid(entry(1))], posts: 1 },
    {
      what: "two versions of one id with one title (RFC 4287 section 4.1.1)",
      entries: [{ ...entry(1), ...short, updatedAt: "2024-02-02T02:02:02.000Z" }, entry(1)],
      posts: 1,
    },
    {
      what: "two versions of one id with one text",
      entries: [{ ...entry(1), titleRaw: "Corrected" }, redated(entry(1))],
      posts: 1,
    },
    { what: "a repeated guid on different links", entries: first.map(sameGuid), posts: 2 },
    { what: "a repeated link with different titles and texts", entries: first.map(oneLink), posts: 2 },
    {
      what: "alike short texts without guid or link, told apart by title",
      entries: first.map((one) => undated(bare({ ...one, ...short, link: "" }))),
      posts: 2,
    },
  ];
  test.each(situations)("$what: $posts", async ({ entries, posts }) => {
    const reader = openReader(real);
    expect(await reader.read(entries)).toHaveLength(posts);
    expect(await reader.read(entries.toReversed())).toEqual([]);
  });

  test("two that differ in their author alone are two posts", async () => {
    const written = (authorRaw: string): RawEntry => undated(bare({ ...entry(1), html: "", link: "", authorRaw }));
    const reader = openReader(real);
    expect(await reader.read([written("Ada"), written("Grace")])).toHaveLength(2);
  });
});

test("the shown version of two is the one that stands first", async () => {
  const reader = openReader(real);
  const newer = { ...entry(1), titleRaw: "Corrected", updatedAt: "2024-02-02T02:02:02.000Z" };
  expect(await reader.news([newer, entry(1)])).toEqual(["Corrected"]);
});

test("what a cut document no longer shows is known when it is whole again", async () => {
  const reader = openReader(real);
  await reader.read(first);
  expect(await reader.news(documentOf([entry(2)], { whole: false }))).toEqual([]);
  expect(await reader.news([entry(3), ...first])).toEqual(["Post 3"]);
});

test("entries of a document that was cut are recorded once", async () => {
  const reader = openReader(real);
  expect(await reader.news(documentOf([entry(2)], { whole: false }))).toEqual(["Post 2"]);
  expect(await reader.news(first)).toEqual(["Post 1"]);
});

test("a document of 500 entries under one link with one title is read as 500 posts, once", async () => {
  const many = Array.from({ length: 500 }, (_, n) =>
    oneLink({ ...entry(n), titleRaw: "Status", html: longText(`Status ${String(n)}`) }),
  );
  const reader = openReader(real);
  expect(await reader.read(many)).toHaveLength(500);
  expect(await reader.read(many)).toEqual([]);
});
