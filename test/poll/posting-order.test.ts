import { expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import { postingOrder } from "../../src/poll/record.ts";
import { entry } from "../identity/documents.ts";

interface Situation {
  readonly what: string;
  /** Each entry as its name and, after a space, its day; without one it has no date. Document order. */
  readonly shown: readonly string[];
  readonly posted: string;
}

const situations: readonly Situation[] = [
  { what: "newest first, as usual", shown: ["c 3", "b 2", "a 1"], posted: "abc" },
  { what: "oldest first", shown: ["a 1", "b 2", "c 3"], posted: "abc" },
  { what: "by date where all have one, whatever the document's order", shown: ["b 2", "c 3", "a 1"], posted: "abc" },
  { what: "of one date: the document is taken to be newest first", shown: ["c 1", "b 1", "a 1"], posted: "abc" },
  { what: "of some equal dates, newest first", shown: ["d 2", "c 1", "b 1", "a 0"], posted: "abcd" },
  { what: "without dates: the document is taken to be newest first", shown: ["c", "b", "a"], posted: "abc" },
  { what: "with some dates that fall: newest first", shown: ["d 3", "c", "b 1", "a"], posted: "abcd" },
  { what: "with some dates that rise: oldest first", shown: ["a", "b 1", "c", "d 3"], posted: "abcd" },
  { what: "with some dates in disorder: newest first", shown: ["d 1", "c 3", "b", "a 2"], posted: "abcd" },
  { what: "with one date only: newest first", shown: ["c", "b 2", "a"], posted: "abc" },
  { what: "with some dates, all equal: newest first", shown: ["c 2", "b", "a 2"], posted: "abc" },
  { what: "of one entry", shown: ["a"], posted: "a" },
  { what: "of none", shown: [], posted: "" },
];

function toEntry(shown: string): RawEntry {
  const [titleRaw = "", day] = shown.split(" ");
  const publishedAt = day === undefined ? null : `2024-01-0${day}T10:00:00.000Z`;
  return entry(1, { titleRaw, publishedAt });
}

test.each(situations)("posting order $what", ({ shown, posted }) => {
  const ordered = postingOrder(shown.map(toEntry), (one) => one);
  expect(ordered.map((one) => one.titleRaw).join("")).toBe(posted);
});

test("of some equal dates in a document that is oldest first, the document's order decides", () => {
  const ordered = postingOrder(["a 1", "b 1", "c 2"].map(toEntry), (one) => one);
  expect(ordered.map((one) => one.titleRaw).join("")).toBe("abc");
});
