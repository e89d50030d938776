import type { RootContent } from "mdast";
import { expect, test } from "vitest";
import { bulletList, paragraph } from "../../src/command/reply.ts";
import { pagesOf } from "../../src/summary/pages.ts";
import { toPlainText } from "../../src/summary/markdown.ts";

const text = (blocks: readonly RootContent[]): string => toPlainText({ type: "root", children: [...blocks] });
const upTo =
  (chars: number) =>
  (blocks: readonly RootContent[]): boolean =>
    text(blocks).length <= chars;

test("what fits is one page, unchanged", () => {
  const blocks = [paragraph("one"), bulletList([["two"], ["three"]])];
  expect(pagesOf(blocks, upTo(100))).toEqual([blocks]);
});

test("a long list is parted between its items, every page fits, and nothing is lost or repeated", () => {
  const items = Array.from({ length: 50 }, (_, i) => [`item ${String(i)}.`]);
  const pages = pagesOf([paragraph("head"), bulletList(items), paragraph("foot")], upTo(60));
  expect(pages.length).toBeGreaterThan(5);
  for (const page of pages) expect(text(page).length).toBeLessThanOrEqual(60);
  const all = pages.map(text).join("\n");
  expect(all.match(/item \d+\./g)).toEqual(items.map(([item]) => item));
  expect(all.startsWith("head")).toBe(true);
  expect(all.endsWith("foot")).toBe(true);
});

test("the numbers of a list go on over pages", () => {
  const { children } = bulletList([["a"], ["b"], ["c"]]) as Extract<RootContent, { type: "list" }>;
  const pages = pagesOf([{ type: "list", ordered: true, start: 4, children }], upTo(4));
  expect(pages.map(([list]) => (list?.type === "list" ? list.start : 0))).toEqual([4, 5, 6]);
});

test("a paragraph longer than a page is cut, and what comes behind it stays", () => {
  const pages = pagesOf([paragraph("word ".repeat(500)), paragraph("the end")], upTo(100));
  for (const page of pages) expect(text(page).length).toBeLessThanOrEqual(100);
  expect(pages.map(text).join(" ")).toContain("the end");
});

test("each page is as full as it can be, and a long list is not written again for each of its items", () => {
  const items = Array.from({ length: 5000 }, (_, i) => [`item ${String(i)}.`]);
  let writtenChars = 0;
  const pages = pagesOf([bulletList(items)], (blocks) => {
    writtenChars += text(blocks).length;
    return upTo(2000)(blocks);
  });
  for (const page of pages.slice(0, -1)) expect(text(page).length).toBeGreaterThan(2000 - "- item 5000.\n".length);
  expect(
    pages
      .map(text)
      .join("\n")
      .match(/item \d+\./g),
  ).toEqual(items.map(([item]) => item));
  // Doubling and halving look at a page's pieces about ten times.
  expect(writtenChars).toBeLessThan(20 * text([bulletList(items)]).length);
});

test("no blocks are one empty page", () => {
  expect(pagesOf([], upTo(10))).toEqual([[]]);
});
