import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { replacedOnce } from "./mutate.ts";
import { mutations } from "./mutations.ts";

const root = resolve(import.meta.dirname, "../..");

test("a mutation whose text is not there exactly once is refused", () => {
  expect(replacedOnce("a b c", "b", "x", "here")).toBe("a x c");
  expect(() => replacedOnce("a b b", "b", "x", "here")).toThrow("2 times");
  expect(() => replacedOnce("a", "b", "x", "here")).toThrow("0 times");
});

test.each(mutations)("$name still finds in the source what it breaks: $breaks", async ({ edits }) => {
  for (const { file, search, replace } of edits) {
    expect(replacedOnce(await readFile(resolve(root, file), "utf8"), search, replace, file)).toContain(replace);
  }
});
