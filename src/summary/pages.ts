import type { List, Paragraph, RootContent } from "mdast";
import { cutRoot } from "./cut.ts";

type Blocks = readonly RootContent[];

/**
 * Splits what does not fit into one message into pages that do, between blocks and between the items of lists. `fits` says
 * whether these blocks fit a page; a single paragraph or item that does not is cut.
 */
export function pagesOf(blocks: Blocks, fits: (blocks: Blocks) => boolean): readonly Blocks[] {
  const pages: RootContent[][] = [];
  let page: RootContent[] = [];
  for (const piece of blocks.flatMap(pieces)) {
    const grown = joined([...page, piece]);
    if (fits(grown)) {
      page = grown;
      continue;
    }
    if (page.length > 0) pages.push(page);
    page = [...fitting(piece, fits)];
  }
  return page.length > 0 || pages.length === 0 ? [...pages, page] : pages;
}

/** A list is as many lists of one item; numbering goes on. */
function pieces(block: RootContent): RootContent[] {
  if (block.type !== "list") return [block];
  return block.children.map((item, i): List => ({
    ...block,
    ...(block.ordered === true ? { start: (block.start ?? 1) + i } : {}),
    children: [item],
  }));
}

/** Neighbouring pieces of a list are one list again. */
function joined(blocks: Blocks): RootContent[] {
  const all: RootContent[] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    if (last?.type === "list" && block.type === "list" && last.ordered === block.ordered)
      all[all.length - 1] = { ...last, children: [...last.children, ...block.children] };
    else all.push(block);
  }
  return all;
}

const LEAST_CHARS = 8;

function fitting(piece: RootContent, fits: (blocks: Blocks) => boolean): Blocks {
  if (fits([piece])) return [piece];
  for (let chars = 4096; chars >= LEAST_CHARS; chars = Math.floor(chars / 2)) {
    const cut = cutRoot({ type: "root", children: [piece] }, chars).children;
    if (cut.length > 0 && fits(cut)) return cut;
  }
  const left: Paragraph = { type: "paragraph", children: [{ type: "text", value: "…" }] };
  return [left];
}
