import { expect, test } from "vitest";
import { wrapLine } from "../../adapters/console/wrap.ts";

test.each([
  ["a bc def", 4, ["a bc", "def"]],
  ["see https://blog.example/a-long-link now", 10, ["see", "https://blog.example/a-long-link", "now"]],
  ["", 10, [""]],
  ["    return total;", 40, ["    return total;"]],
  ["  - one two three", 10, ["  - one", "  two", "  three"]],
  ["🦀🦀 🦀🦀", 5, ["🦀🦀 🦀🦀"]],
])("%j in %i columns", (line, width, rows) => {
  expect(wrapLine(line, width)).toEqual(rows);
});
