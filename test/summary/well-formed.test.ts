import type { Root } from "mdast";
import { expect, test } from "vitest";
import { cutLine } from "../../src/summary/cut-line.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { wellFormed } from "../../src/summary/well-formed.ts";
import { excerptOf } from "./summarizing.ts";

test.each([
  ["a mark around blocks", "<em><blockquote><p>Said.</p></blockquote></em>", "> *Said.*"],
  ["a mark around words and blocks", "<b>Head<ul><li>one</li></ul>tail</b>", "**Head**\n\n- **one**\n\n**tail**"],
  ["an item without its list", "<li>by Ada</li><p>Text</p>", "- by Ada\n\nText"],
  ["a list in nothing but a list", "<ul><ul><li>one</li><li>two</li></ul></ul>", "- one\n- two"],
  ["breaks at the ends, also within a mark", "<p><br><i>one<br>two<br></i><br></p>", "*one  \ntwo*"],
  ["words between blocks", "one<ul><li>item</li></ul>two", "one\n\n- item\n\ntwo"],
])("%s: blocks hold words, and words no blocks", (_, html, markdown) => {
  expect(excerptOf(html)).toBe(markdown);
});

test("a heading around a whole post is no heading", () => {
  const words = (value: string) => ({ type: "paragraph", children: [{ type: "text", value }] });
  const root = { type: "root", children: [{ type: "heading", depth: 2, children: [words("one"), words("two")] }] };
  expect(toMarkdown(wellFormed(root as Root))).toBe("one\n\ntwo");
});

test.each([
  ["<p><em/>plain</p><p>other</p>", "plain\n\nother"],
  [
    '<h2 class="title"/><div class="header"/>Text of <a href="https://x.example/">it</a>.',
    "Text of [it](https://x.example/).",
  ],
  ['<a name="top" />Text', "Text"],
  ["one<br/>two", "one  \ntwo"],
  ["<a href=https://x.example/>label</a>", "[label](https://x.example/)"],
])("an element that ends itself, as in XHTML, holds nothing: %s", (html, markdown) => {
  expect(excerptOf(html)).toBe(markdown);
});

test("a heading that is all there is stays when it is cut", () => {
  expect(excerptOf(`<h2>${"One sentence here. ".repeat(10)}</h2>`, 40)).toBe(
    "## One sentence here. One sentence here.",
  );
});

test.each([
  ["short", 10, "short"],
  ["one two three four", 12, "one two…"],
  ["one, two, three", 10, "one, two…"],
  ["unendingword", 8, "unendin…"],
  ["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 14, "👨‍👩‍👧‍👦…"],
  ["🇫🇷🇩🇪🇮🇹", 7, "🇫🇷…"],
  [`x${"\u0301".repeat(30)}`, 10, `x${"\u0301".repeat(8)}…`],
  ["今日は晴れです明日は雨", 8, "今日は晴れです…"],
])("%j cut to %i is %j", (line, maxChars, cut) => {
  expect(cutLine(line, maxChars)).toBe(cut);
  expect(cut.length).toBeLessThanOrEqual(maxChars);
});
