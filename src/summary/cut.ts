import type { Root, RootContent } from "mdast";
import { cutCode, cutPhrasing, ellipsis } from "./cut-text.ts";
import { toPlainText } from "./markdown.ts";

/** Another block is not begun with less space than this. */
const minBlockChars = 40;

/**
 * The beginning of a tree, at most `maxChars` UTF-16 units of `toPlainText`: cut between blocks or at a sentence end, else
 * between words with an ellipsis; never inside a link or a code span, nor inside what is read as one character.
 */
export function cutRoot(root: Root, maxChars: number): Root {
  return { type: "root", children: cutBlocks(root.children, maxChars) };
}

function cutBlocks<Block extends RootContent>(blocks: readonly Block[], maxChars: number): Block[] {
  const kept: Block[] = [];
  let left = maxChars;
  for (const block of blocks) {
    if (kept.length > 0) left -= 1;
    const chars = toPlainText(block).length;
    if (chars > left) {
      const cut = kept.length === 0 || left >= minBlockChars ? cutBlock(block, left) : null;
      return ended(cut === null ? kept : [...kept, cut], cut !== null);
    }
    kept.push(block);
    left -= chars;
  }
  return kept;
}

/** A heading whose text was cut off says nothing, and a colon promises what is not there. */
function ended<Block extends RootContent>(blocks: Block[], isCut: boolean): Block[] {
  const last = blocks.at(-1);
  if (last === undefined || isCut) return blocks;
  if (last.type === "heading" && blocks.length > 1) return ended(blocks.slice(0, -1), false);
  const end = last.type === "paragraph" ? last.children.at(-1) : undefined;
  if (end?.type !== "text" || !/[:：]$/.test(end.value)) return blocks;
  const text = { ...end, value: `${end.value.slice(0, -1).trimEnd()}${ellipsis}` };
  return [...blocks.slice(0, -1), { ...last, children: [...childrenOf(last).slice(0, -1), text] }];
}

function childrenOf(block: RootContent): readonly RootContent[] {
  return "children" in block ? block.children : [];
}

function cutBlock<Block extends RootContent>(block: Block, maxChars: number): Block | null {
  if (block.type === "code") {
    const value = cutLines(block.value, maxChars);
    return value === "" ? null : { ...block, value };
  }
  if (block.type === "paragraph" || block.type === "heading") {
    const children = cutPhrasing(block.children, maxChars);
    return children.length === 0 ? null : { ...block, children };
  }
  if (!("children" in block)) return null;
  const mark = block.type === "listItem" ? toPlainText({ ...block, children: [] }).length : 0;
  const children = cutBlocks<RootContent>(block.children, maxChars - mark);
  return children.length === 0 ? null : { ...block, children };
}

/** Code ends with a whole line, if one fits, else with a whole token. */
function cutLines(code: string, maxChars: number): string {
  const end = code.lastIndexOf("\n", Math.max(0, maxChars - ellipsis.length - 1));
  return end <= 0 ? cutCode(code, maxChars) : `${code.slice(0, end).trimEnd()}\n${ellipsis}`;
}
