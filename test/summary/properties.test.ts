import * as fc from "fast-check";
import type { Nodes } from "mdast";
import { visit } from "unist-util-visit";
import { describe, expect, test } from "vitest";
import { toPlainText } from "../../src/summary/markdown.ts";
import { anyTree, garbage, wordTree } from "./generated.ts";
import { summaryOf } from "./summarizing.ts";

const runs = { seed: 20_260_302, numRuns: 200 } as const;
const limits = fc.integer({ min: 1, max: 700 });
const whole = 1_000_000;

/** All that adapters have to know: what may stand where. */
const blocks = ["paragraph", "heading", "list", "blockquote", "code"];
const phrases = ["text", "emphasis", "strong", "delete", "link", "inlineCode", "break"];

/** What stands where it may not. */
function misplaced(node: Nodes): string[] {
  if (!("children" in node)) return [];
  const holdsPhrases = node.type === "paragraph" || node.type === "heading" || phrases.includes(node.type);
  const allowed = node.type === "list" ? ["listItem"] : holdsPhrases ? phrases : blocks;
  return node.children.flatMap((child) => [
    ...(allowed.includes(child.type) ? [] : [`${child.type} in ${node.type}`]),
    ...misplaced(child),
  ]);
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

function textsOf(node: Nodes, type: "link" | "inlineCode"): string[] {
  const texts: string[] = [];
  visit(node, type, (found) => {
    texts.push(toPlainText(found));
  });
  return texts;
}

function checkCut(html: string, limit: number): void {
  const all = summaryOf(html, { title: "" }, whole).excerpt;
  const cut = summaryOf(html, { title: "" }, limit).excerpt;
  const allText = toPlainText(all);
  const cutText = toPlainText(cut).replace(/\s*…$/, "");
  expect(allText.startsWith(cutText)).toBe(true);
  expect(graphemes.segment(allText).containing(cutText.length)?.index ?? cutText.length).toBe(cutText.length);
  for (const type of ["link", "inlineCode"] as const)
    expect(textsOf(all, type)).toEqual(expect.arrayContaining(textsOf(cut, type)));
}

describe("whatever an entry contains, its summary", () => {
  test.each([
    ["trees", anyTree],
    ["garbage", garbage],
  ])("is no longer than asked, is the same each time, and holds only what adapters know: %s", (_, content) => {
    fc.assert(
      fc.property(content, limits, (html, limit) => {
        const { excerpt } = summaryOf(html, {}, limit);
        expect(toPlainText(excerpt).length).toBeLessThanOrEqual(limit);
        expect(summaryOf(html, {}, limit).excerpt).toEqual(excerpt);
        expect(misplaced(excerpt)).toEqual([]);
        expect(toPlainText(excerpt)).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069\ud800]/u);
      }),
      runs,
    );
  });

  test("shows no tag and no reference that was markup", () => {
    fc.assert(
      fc.property(wordTree, (html) => {
        expect(toPlainText(summaryOf(html, {}, whole).excerpt)).not.toMatch(/[<>&]|class=|href|alt=/);
      }),
      runs,
    );
  });

  test("says something where something is to be seen", () => {
    fc.assert(
      fc.property(wordTree, fc.integer({ min: 60, max: 700 }), (html, limit) => {
        const isSeen = /\p{L}/u.test(toPlainText(summaryOf(html, { title: "" }, whole).excerpt));
        expect(isSeen).toBe(/\p{L}/u.test(html.replaceAll(/<[^>]*>/g, "")));
        if (isSeen) expect(toPlainText(summaryOf(html, { title: "" }, limit).excerpt)).not.toBe("");
      }),
      runs,
    );
  });

  test.each([
    ["trees", anyTree],
    ["garbage", garbage],
  ])("is the beginning of the whole, not cut within a character, a link or code: %s", (_, content) => {
    fc.assert(fc.property(content, limits, checkCut), runs);
  });
});
