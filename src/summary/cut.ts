import type { PhrasingContent, Root, RootContent } from "mdast";
import { toPlainText } from "./markdown.ts";

const ellipsis = "…";
/** A sentence end is taken when at least this share of the space is filled before it. */
const minFilledShare = 0.4;
/** Another block is not begun with less space than this. */
const minBlockChars = 40;
/** How far behind the end the text is looked at, to see whether a word or sentence ends there. */
const lookAheadChars = 200;

const sentences = new Intl.Segmenter("und", { granularity: "sentence" });
const words = new Intl.Segmenter("und", { granularity: "word" });
const abbreviation = /(?:^|[\s(])(?:e\.g|i\.e|cf|vs|etc|approx|no|fig|dr|mrs?|ms|st|prof|bzw|z\.b|d\.h|p\.ex)\.\s*$/i;

/**
 * The beginning of a tree, at most `maxChars` of text: cut between blocks or at a sentence end, else between words with an
 * ellipsis; never inside a link or a code span, nor inside what is read as one character.
 */
export function cutRoot(root: Root, maxChars: number): Root {
  return { type: "root", children: cutBlocks(root.children, maxChars) };
}

function cutBlocks<Block extends RootContent>(blocks: readonly Block[], maxChars: number): Block[] {
  const kept: Block[] = [];
  let left = maxChars;
  for (const block of blocks) {
    const chars = toPlainText(block).length;
    if (chars > left) {
      const cut = kept.length === 0 || left >= minBlockChars ? cutBlock(block, left) : null;
      return withoutLastHeading(cut === null ? kept : [...kept, cut]);
    }
    kept.push(block);
    left -= chars;
  }
  return kept;
}

/** A heading whose text was cut off says nothing. */
function withoutLastHeading<Block extends RootContent>(blocks: Block[]): Block[] {
  return blocks.length > 1 && blocks.at(-1)?.type === "heading" ? blocks.slice(0, -1) : blocks;
}

function cutBlock<Block extends RootContent>(block: Block, maxChars: number): Block | null {
  if (block.type === "code") {
    const value = cutLines(block.value, maxChars);
    return value === "" ? null : { ...block, value };
  }
  if (block.type === "paragraph" || block.type === "heading")
    return { ...block, children: cutPhrasing(block.children, maxChars) };
  if (!("children" in block)) return null;
  const children = cutBlocks<RootContent>(block.children, maxChars);
  return children.length === 0 ? null : { ...block, children };
}

/** Code ends with a whole line. */
function cutLines(code: string, maxChars: number): string {
  const end = code.lastIndexOf("\n", Math.max(0, maxChars - ellipsis.length - 1));
  return end <= 0 ? "" : `${code.slice(0, end)}\n${ellipsis}`;
}

function cutPhrasing(nodes: readonly PhrasingContent[], maxChars: number): PhrasingContent[] {
  const text = nodes.map(toPlainText).join("");
  const closed = closedRanges(nodes);
  const sentenceEnd = lastEnd(sentenceEnds(text, maxChars), closed);
  if (text.slice(0, sentenceEnd).trimEnd().length >= maxChars * minFilledShare) return take(nodes, sentenceEnd, "");
  const wordEnd = lastEnd(boundaries(words, text, maxChars - ellipsis.length), closed);
  if (wordEnd > 0) return take(nodes, wordEnd, ellipsis);
  return closed.length === 0 ? [] : cutPhrasing([{ type: "text", value: text }], maxChars);
}

function sentenceEnds(text: string, maxChars: number): number[] {
  return boundaries(sentences, text, maxChars).filter((end) => {
    const before = text.slice(Math.max(0, end - 30), end);
    return /[.!?…。！？]["'”’»)\]]*\s*$/.test(before) && !abbreviation.test(before);
  });
}

function boundaries(segmenter: Intl.Segmenter, text: string, maxChars: number): number[] {
  const segments = segmenter.segment(text.slice(0, maxChars + lookAheadChars));
  return [...segments]
    .map((segment) => segment.index)
    .filter((index) => index > 0 && text.slice(0, index).trimEnd().length <= maxChars);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function lastEnd(ends: readonly number[], closed: readonly Range[]): number {
  return ends.findLast((end) => !closed.some((range) => range.start < end && end < range.end)) ?? 0;
}

/** Where no cut may be: links and code spans, as ranges of the plain text. */
function closedRanges(nodes: readonly PhrasingContent[], offset = 0): Range[] {
  let start = offset;
  return nodes.flatMap((node) => {
    const range = { start, end: start + toPlainText(node).length };
    start = range.end;
    if (isClosed(node)) return [range];
    return "children" in node ? closedRanges(node.children, range.start) : [];
  });
}

function isClosed(node: PhrasingContent): boolean {
  return node.type === "link" || node.type === "inlineCode" || node.type === "linkReference";
}

/** The first `chars` of text, with what is still open closed, and `end` behind the last word. */
function take(nodes: readonly PhrasingContent[], chars: number, end: string): PhrasingContent[] {
  const taken: PhrasingContent[] = [];
  let left = chars;
  for (const node of nodes) {
    const length = toPlainText(node).length;
    if (left <= 0) break;
    if (length <= left) taken.push(node);
    else if (node.type === "text") taken.push({ ...node, value: node.value.slice(0, left) });
    else if ("children" in node) taken.push({ ...node, children: take(node.children, left, "") });
    left -= length;
  }
  return withEnd(taken, end);
}

function withEnd(nodes: readonly PhrasingContent[], end: string): PhrasingContent[] {
  const last = nodes.at(-1);
  if (last?.type === "break") return withEnd(nodes.slice(0, -1), end);
  if (last?.type !== "text") return end === "" ? [...nodes] : [...nodes, { type: "text", value: end }];
  const value = end === "" ? last.value.trimEnd() : last.value.replace(/[\s.,;:–—-]+$/, "");
  return [...nodes.slice(0, -1), { ...last, value: `${value}${end}` }];
}
