import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/follow/settings.ts";
import { Recent } from "../../src/relay/recent.ts";
import { summaryInStyle } from "../../src/relay/styled.ts";
import { toJson } from "../../src/store/script.ts";
import { entry } from "../identity/documents.ts";

test("what was asked for last is made once, and of older things no more are kept than may be", () => {
  const made: string[] = [];
  const recent = new Recent<string>(2);
  const get = (key: string): string => recent.get(key, () => `${key}${made.push(key)}`);
  expect(["a", "b", "a", "c", "a", "b"].map(get)).toEqual(["a1", "b2", "a1", "c3", "a1", "b4"]);
});

test("what could not be made is tried again", () => {
  const recent = new Recent<string>(2);
  expect(() =>
    recent.get("a", () => {
      throw new Error("broken");
    }),
  ).toThrow("broken");
  expect(recent.get("a", () => "made")).toBe("made");
});

test("a summary is told anew where anything of its entry, its style or its time zone is another, and changing one changes no other", () => {
  const post = {
    ...entry(1, { html: "<p>One two three.</p>" }),
    title: "One",
    author: "",
    source: "",
    protected: false,
  };
  const told = { excerptChars: 600, zone: "UTC" };
  const of = (changes: object, settings = DEFAULT_SETTINGS, where = told): string =>
    JSON.stringify(summaryInStyle({ ...post, entryId: "f.1", ...changes }, settings, where));
  const first = of({});
  expect(of({})).toBe(first);
  const others = [
    of({ html: "<p>One two four.</p>" }),
    of({ title: "Two" }),
    of({ entryId: "f.2" }),
    of({}, { ...DEFAULT_SETTINGS, style: "title" }),
    of({}, DEFAULT_SETTINGS, { ...told, zone: "Europe/Berlin" }),
  ];
  expect(new Set([first, ...others]).size).toBe(6);
  const mine = summaryInStyle({ ...post, entryId: "f.1" }, DEFAULT_SETTINGS, told);
  mine.excerpt.children.length = 0;
  expect(of({})).toBe(first);
});

test("half of a surrogate pair is replaced wherever it stands, and whole ones and their escapes stay", () => {
  const text = "a \ud83d b \ude00 c \ud83d\ude00 \\\\ud83d";
  expect(JSON.parse(toJson({ list: [text, "plain"], n: 1 }))).toEqual({
    list: ["a \ufffd b \ufffd c \ud83d\ude00 \\\\ud83d", "plain"],
    n: 1,
  });
  for (const half of ["\ud800", "\udbff", "\udc00", "\udfff"]) expect(JSON.parse(toJson(half))).toBe("\ufffd");
});
