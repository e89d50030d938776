import { expect, test } from "vitest";
import { readMarkdown } from "./markdown-reader.ts";

/** API Reference, "Message Formatting", and what Discord's help page on Markdown shows. */
test.each([
  [
    "**bold** _em_ __under__ ~~gone~~ ||spoiler||",
    "bold em under gone spoiler",
    ["strong", "emphasis", "underline", "strike", "spoiler"],
  ],
  ["\\*\\*not bold\\*\\*", "**not bold**", []],
  ["# Title\n-# small\n> quoted\n- item", "Title\nsmall\nquoted\n• item", ["heading", "subtext", "quote", "list"]],
  ["`code *x*`", "code *x*", ["code"]],
  ["```js\n*x*\n```", "*x*", ["code block"]],
  ["<t:0:f>", "1970-01-01 00:00", ["time"]],
])("%j", (source, text, styles) => {
  const read = readMarkdown(source);
  expect([read.text, read.styles]).toEqual([text, styles]);
});

test("masked links, bare links and links that pretend", () => {
  expect(readMarkdown("[label](https://a.example/x)").links).toEqual([{ label: "label", url: "https://a.example/x" }]);
  expect(readMarkdown("see https://a.example/x.").links).toEqual([
    { label: "https://a.example/x", url: "https://a.example/x" },
  ]);
  expect(readMarkdown("[https://bank.example](https://evil.example)").styles).toContain("broken link");
});

test("mentions", () => {
  expect(readMarkdown("<@1> <@&2> <#3> @everyone @here").mentions).toHaveLength(5);
  expect(readMarkdown("\\<@1> \\@everyone").mentions).toEqual([]);
});
