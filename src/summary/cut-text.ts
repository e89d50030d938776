import type { PhrasingContent } from "mdast";
import { toPlainText } from "./markdown.ts";
import { sentenceEnds } from "./sentences.ts";

export const ellipsis = "…";
/** A sentence end is taken when at least this share of the space is filled before it. */
const minFilledShare = 0.4;
/** How far behind the end the text is looked at, to see whether a word or sentence ends there. */
const lookAheadChars = 200;

const words = new Intl.Segmenter("und", { granularity: "word" });
const characters = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The beginning of a paragraph; [] where nothing of it fits. */
export function cutPhrasing(nodes: readonly PhrasingContent[], maxChars: number): PhrasingContent[] {
  const text = nodes.map(toPlainText).join("");
  if (text.length <= maxChars) return [...nodes];
  const closed = closedRanges(nodes);
  const ends = sentenceEnds(text.slice(0, maxChars + lookAheadChars)).filter((end) => end <= maxChars);
  const sentenceEnd = lastEnd(ends, closed);
  if (sentenceEnd >= maxChars * minFilledShare) return take(nodes, sentenceEnd, "");
  const wordEnd = trimmedEnd(text, lastEnd(boundaries(words, text, maxChars - ellipsis.length), closed));
  if (wordEnd >= maxChars * minFilledShare) return take(nodes, wordEnd, ellipsis);
  // A long word, or a long link behind a short one: a part of it says more than nothing.
  const lastChar = lastEnd(boundaries(characters, text, maxChars - ellipsis.length), closed);
  const end = Math.max(wordEnd, trimmedEnd(text, lastChar));
  if (end > 0) return take(nodes, end, ellipsis);
  return closed.length === 0 ? [] : cutPhrasing([{ type: "text", value: text }], maxChars);
}

/** The beginning of a line of code: whole tokens, and a part of one only where the first is longer than the space. */
export function cutCode(code: string, maxChars: number): string {
  if (code.length <= maxChars) return code;
  const most = maxChars - ellipsis.length;
  const ends = [words, characters].map((segmenter) => trimmedEnd(code, boundaries(segmenter, code, most).at(-1) ?? 0));
  const end = ends.find((at) => at > 0) ?? 0;
  return end === 0 ? "" : `${code.slice(0, end)}${ellipsis}`;
}

/** Ends of segments, without the white space behind them at most `maxChars` from the beginning. */
function boundaries(segmenter: Intl.Segmenter, text: string, maxChars: number): number[] {
  const near = text.slice(0, Math.max(0, maxChars) + lookAheadChars);
  const whole = characters.segment(near);
  return [...segmenter.segment(near)]
    .map((segment) => segment.index)
    .filter((index) => index > 0 && trimmedEnd(text, index) <= maxChars && whole.containing(index)?.index === index);
}

function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at -= 1;
  return at;
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

/** What leads on to words that are not there: commas, dashes, opening brackets and quotes. */
const leadingOn = /[\s.,;:–—\-、，；：·([{«“‘„「『（【]+$/u;

function withEnd(nodes: readonly PhrasingContent[], end: string): PhrasingContent[] {
  const last = nodes.at(-1);
  if (last?.type === "break") return withEnd(nodes.slice(0, -1), end);
  if (last?.type !== "text") return end === "" ? [...nodes] : [...nodes, { type: "text", value: end }];
  const value = end === "" ? last.value.trimEnd() : last.value.replace(leadingOn, "");
  if (value === "" && nodes.length > 1) return withEnd(nodes.slice(0, -1), end);
  return [...nodes.slice(0, -1), { ...last, value: `${value}${end}` }];
}
