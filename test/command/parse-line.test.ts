import { describe, expect, test } from "vitest";
import type { Command } from "../../src/command/command.ts";
import { parseArgs, splitLine, usage, UsageError } from "../../src/command/parse-line.ts";
import { done } from "../../src/command/reply.ts";

function command(name: string, options: Command["options"]): Command {
  return {
    name,
    description: "",
    example: `${name} 1`,
    permission: "look",
    options,
    run: async () => await Promise.resolve(done([])),
  };
}

const feed = { name: "feed", description: "", type: "feed", required: false } as const;
const authors = command("authors", [
  feed,
  {
    name: "action",
    description: "",
    type: "choice",
    required: false,
    choices: ["list", "include"],
  },
  { name: "names", description: "", type: "words", required: false },
]);
const latest = command("latest", [feed, { name: "n", description: "", type: "integer", required: false }]);
const style = command("style", [
  feed,
  { name: "style", description: "", type: "choice", required: false, choices: ["full", "compact"] },
  { name: "images", description: "", type: "choice", required: false, choices: ["on", "off"] },
]);
const follow = command("follow", [{ name: "url", description: "", type: "text", required: true }]);

describe("a typed line", () => {
  test.each([
    ['a "b c" d', ["a", "b c", "d"]],
    ["a “b c” 'd e'", ["a", "b c", "d e"]],
    ["O'Brien it's", ["O'Brien", "it's"]],
    ['"never closed', ["never closed"]],
    ["   ", []],
  ])("%s → %j", (line, words) => {
    expect(splitLine(line)).toEqual(words);
  });
});

describe("words become options", () => {
  test.each<[Command, string[], Record<string, unknown>]>([
    [authors, [], {}],
    [authors, ["2"], { feed: "2" }],
    [authors, ["include", "Ada", "Quill"], { action: "include", names: ["Ada", "Quill"] }],
    [authors, ["Kernel", "Planet", "INCLUDE", "x"], { feed: "Kernel Planet", action: "include", names: ["x"] }],
    [
      authors,
      ["feed:Kernel Planet", "names:Ada Quill", "include"],
      { feed: "Kernel Planet", action: "include", names: ["Ada Quill"] },
    ],
    [latest, ["3"], { n: "3" }],
    [latest, ["1", "3"], { feed: "1", n: "3" }],
    [latest, ["Kernel", "Planet"], { feed: "Kernel Planet" }],
    [latest, ["Studio", "54", "3"], { feed: "Studio 54", n: "3" }],
    [style, ["full"], { style: "full" }],
    [style, ["1", "off"], { feed: "1", images: "off" }],
    [style, ["Full", "Circle"], { feed: "Full Circle" }],
    [style, ["Full", "Circle", "Compact", "ON"], { feed: "Full Circle", style: "compact", images: "on" }],
    [style, ["1", "images", "Off"], { feed: "1", images: "off" }],
    [style, ["1", "images:off", "full"], { feed: "1", style: "full", images: "off" }],
    [style, ["Images", "of", "space"], { feed: "Images of space" }],
    [follow, ["https://x.example/"], { url: "https://x.example/" }],
    [follow, ["url:https://x.example/"], { url: "https://x.example/" }],
  ])("$0.name %j", (which, words, args) => {
    expect(parseArgs(which, words)).toEqual(args);
  });

  test.each<[Command, string[], RegExp]>([
    [follow, [], /url is missing: follow <url> — for example: follow 1/],
    [follow, ["a", "b"], /“b” does not fit/],
    [latest, ["n:many"], /n cannot be “many”/],
  ])("%j that make no sense are answered with how it is written", (which, words, message) => {
    expect(() => parseArgs(which, words)).toThrow(UsageError);
    expect(() => parseArgs(which, words)).toThrow(message);
  });

  test("usage marks what may be left out", () => {
    expect(usage(authors)).toBe("authors [feed] [list|include] [names]");
    expect(usage(style)).toBe("style [feed] [full|compact] [images:on|off]");
  });
});
