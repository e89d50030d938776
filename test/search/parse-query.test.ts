import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchOf } from "../../src/search/match.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import { isEmptyQuery, type Query, type QueryOptions, type Term } from "../../src/search/query.ts";

const NOW = Date.parse("2026-03-31T10:00:00Z");
const EMPTY: Query = {
  groups: [],
  excluded: [],
  authors: [],
  excludedAuthors: [],
  feeds: [],
  excludedFeeds: [],
  sinceMs: null,
  beforeMs: null,
  sort: "new",
};

function term(words: string, more: Partial<Term> = {}): Term {
  return { tokens: words.split(" "), isPrefix: false, isTitle: false, ...more };
}

function all(...terms: readonly Term[]): Partial<Query> {
  return { groups: terms.map((one) => [one]) };
}

const parse = (text: string, options: QueryOptions = {}, zone = "UTC"): ReturnType<typeof parseQuery> =>
  parseQuery(text, options, NOW, zone);

const at = (iso: string): number => Date.parse(iso);

describe("is understood, and nothing of it is ignored:", () => {
  test.each<readonly [string, Partial<Query>]>([
    ["", {}],
    ["   ", {}],
    ["two words", all(term("two"), term("words"))],
    ["Ünïcödé STRASSE straße", all(term("unicode"), term("strasse"), term("strasse"))],
    ["Nagle's nagle’s sos", all(term("nagle"), term("nagle"), term("sos"))],
    ["don't don’t", all(term("dont"), term("dont"))],
    ['"exact phrase"', all(term("exact phrase"))],
    ["“curly quotes”", all(term("curly quotes"))],
    ['"never closed', all(term("never closed"))],
    ['before"behind it"', all(term("before"), term("behind it"))],
    ["node.js C++ foo_bar", all(term("node js"), term("c"), term("foo_bar"))],
    ["http://a.example/x?y", all(term("http a example x y"))],
    ["c++:x", all(term("c x"))],
    ["word:other", all(term("word other"))],
    ["東京の天気", all(term("東 京 の 天 気"))],
    ["wor*", all(term("wor", { isPrefix: true }))],
    ["two-wor*", all(term("two wor", { isPrefix: true }))],
    ["東*", all(term("東"))],
    ["title:word", all(term("word", { isTitle: true }))],
    ['title:"two words"', all(term("two words", { isTitle: true }))],
    ["a -b", { ...all(term("a")), excluded: [term("b")] }],
    ['a -"b c"', { ...all(term("a")), excluded: [term("b c")] }],
    ["a -title:b", { ...all(term("a")), excluded: [term("b", { isTitle: true })] }],
    ["--b a", all(term("b"), term("a"))],
    ["a OR b", { groups: [[term("a"), term("b")]] }],
    ["a OR b OR c d", { groups: [[term("a"), term("b"), term("c")], [term("d")]] }],
    ["a or b", all(term("a"), term("or"), term("b"))],
    ['"OR"', all(term("or"))],
    ["author:ann", { authors: ["ann"] }],
    ['from:"Ann Lee" AUTHOR:bob', { authors: ["Ann Lee", "bob"] }],
    ["author:ann OR author:bob", { authors: ["ann", "bob"] }],
    ["a -author:ann", { ...all(term("a")), excludedAuthors: ["ann"] }],
    ["feed:planet in:2 -feed:3", { feeds: ["planet", "2"], excludedFeeds: ["3"] }],
    ["since:2026-01-31", { sinceMs: at("2026-01-31T00:00:00Z") }],
    ["after:2026-01 until:2026", { sinceMs: at("2026-01-01T00:00:00Z"), beforeMs: at("2026-01-01T00:00:00Z") }],
    ["since:2025-01-01 since:2026-01-01", { sinceMs: at("2026-01-01T00:00:00Z") }],
    ["since:7d", { sinceMs: at("2026-03-24T10:00:00Z") }],
    ["before:2W", { beforeMs: at("2026-03-17T10:00:00Z") }],
    ["since:1m", { sinceMs: at("2026-02-28T10:00:00Z") }],
    ["since:1y", { sinceMs: at("2025-03-31T10:00:00Z") }],
    ["a sort:best", { ...all(term("a")), sort: "best" }],
    ["a sort:new", all(term("a"))],
    ["-a", { excluded: [term("a")] }],
  ])("%s", (text, query) => {
    expect(parse(text)).toEqual({ query: { ...EMPTY, ...query }, ignored: [] });
  });
});

describe("what cannot be understood is left out and named:", () => {
  test.each<readonly [string, Partial<Query>, readonly RegExp[]]>([
    ["a :-)", all(term("a")), [/“:-\)” was left out.*no letter/]],
    ["***", {}, [/“\*\*\*” was left out/]],
    ["- a", all(term("a")), [/“-” was left out/]],
    ["author: ann", all(term("ann")), [/“author:” was left out.*nothing behind the colon/]],
    ['author:""', {}, [/“author:""” was left out/]],
    ["since:soon a", all(term("a")), [/“since:soon” was left out.*since:2026-01-31/]],
    ["since:2026-02-30", {}, [/“since:2026-02-30”/]],
    ["-since:7d a", all(term("a")), [/“-since:7d” was left out.*excluded/]],
    ["sort:up a", all(term("a")), [/“sort:up”.*sort:best/]],
    ["tag:x a", all(term("a")), [/“tag:x”/]],
    ["OR a", all(term("a")), [/“OR” was left out/]],
    ["a OR", all(term("a")), [/“OR” was left out/]],
    ["a OR -b", { ...all(term("a")), excluded: [term("b")] }, [/“OR” was left out/]],
    ["a OR author:x", { ...all(term("a")), authors: ["x"] }, [/“OR” was left out/]],
    ["a OR OR b", all(term("a"), term("b")), [/“OR”/, /“OR”/]],
    ["w*", all(term("w")), [/“w\*” needs 2 letters/]],
    [
      "1 2 3 4 5 6 7 8 9 ten",
      all(...["1", "2", "3", "4", "5", "6", "7", "8"].map((word) => term(word))),
      [/first 8 words.*“9”, “ten”/],
    ],
    [`${"x".repeat(250)} short words`, all(term("x".repeat(40)), term("short")), [/first 256 characters/]],
  ])("%s", (text, query, ignored) => {
    const parsed = parse(text);
    expect(parsed.query).toEqual({ ...EMPTY, ...query });
    expect(parsed.ignored).toEqual(ignored.map((pattern) => expect.stringMatching(pattern)));
  });
});

test("while somebody types, the last word may go on", () => {
  const typing = (text: string): readonly (readonly Term[])[] => parse(text, { isTyping: true }).query.groups;
  expect(typing("new wor")).toEqual([[term("new")], [term("wor", { isPrefix: true })]]);
  expect(typing("new wor ")).toEqual([[term("new")], [term("wor")]]);
  expect(typing("new w")).toEqual([[term("new")], [term("w")]]);
  expect(typing('"new wor')).toEqual([[term("new wor")]]);
  expect(typing("title:wor")).toEqual([[term("wor", { isPrefix: true, isTitle: true })]]);
  expect(typing("東京")).toEqual([[term("東 京")]]);
  expect(parse("new OR", { isTyping: true }).ignored).toEqual([]);
});

test("a platform's own fields say the same as the text", () => {
  const options = { author: "Ann Lee", feed: ["2", "planet x"], since: "7d", before: "2026-03-30", sort: "best" };
  const typed = 'word author:"Ann Lee" feed:2 feed:"planet x" since:7d before:2026-03-30 sort:best';
  expect(parse("word", options)).toEqual(parse(typed));
  expect(parse("word", { author: "", feed: [], since: " " })).toEqual(parse("word"));
  expect(parse("", { since: "yesterday-ish" }).ignored).toEqual([expect.stringContaining("since:yesterday-ish")]);
});

test("days begin in the channel's time zone", () => {
  const since = (zone: string, day: string): string =>
    new Date(parse(`since:${day}`, {}, zone).query.sinceMs ?? 0).toISOString();
  expect(since("Europe/Berlin", "2026-01-31")).toBe("2026-01-30T23:00:00.000Z");
  expect(since("Europe/Berlin", "2026-07-01")).toBe("2026-06-30T22:00:00.000Z");
  expect(since("America/New_York", "2026-03-09")).toBe("2026-03-09T04:00:00.000Z");
  expect(since("Asia/Kathmandu", "2026-01-01")).toBe("2025-12-31T18:15:00.000Z");
  expect(since("Nowhere/At_All", "2026-01-31")).toBe("2026-01-31T00:00:00.000Z");
});

test("an empty query is known as one", () => {
  expect(["", "-a", ":-)", "-author:x", "sort:best"].map((text) => isEmptyQuery(parse(text).query))).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(["a", "since:7d", "author:x", "feed:1"].map((text) => isEmptyQuery(parse(text).query))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

/** Pieces of the language, put together as nobody would. */
const pieces = [
  '"',
  "-",
  "*",
  "OR",
  "AND",
  "NOT",
  "NEAR(",
  ")",
  "(",
  "author:",
  "since:",
  "7d",
  "title:",
  "feed:",
  " ",
  " ",
  "a",
  "bc",
  "é",
  "東",
  "'",
  ":",
  "{",
  "}",
  "^",
  "\\",
  "\0",
  "\ud800",
  "%",
  ";",
];

test("whatever is typed: never an error, never long, and nothing of it means anything to the engine", () => {
  const typed = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 200 }).map((list) => list.join("")),
    fc.string({ maxLength: 5_000 }),
  );
  fc.assert(
    fc.property(typed, typed, fc.boolean(), (text, other, isTyping) => {
      const { query, ignored } = parse(text, { author: other, since: other, isTyping }, "Europe/Berlin");
      const terms = [...query.groups.flat(), ...query.excluded];
      expect(terms.length).toBeLessThanOrEqual(8);
      for (const { tokens } of terms) {
        expect(tokens.length).toBeGreaterThan(0);
        for (const token of tokens) expect(token).toMatch(/^[\p{L}\p{N}\p{M}_]{1,80}$/u);
      }
      for (const line of ignored) expect(line.length).toBeLessThan(700);
      // Between quotes stand words alone; outside only what we wrote.
      const match = matchOf(query, ["f_1"], false);
      expect(match.replaceAll(/"[\p{L}\p{N}\p{M}_ ]+"/gu, "")).toMatch(/^(?:\{[a-z ]+\}| : |[() *]|AND|OR|NOT)*$/);
      expect(structuredClone(query)).toEqual(query);
    }),
    { numRuns: 2_000 },
  );
});
