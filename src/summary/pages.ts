import type { List, Paragraph, RootContent } from "mdast";
import { cutRoot } from "./cut.ts";

type Blocks = readonly RootContent[];

/**
 * Splits what does not fit into one message into pages that do, between blocks and between the items of lists. `fits` says
 * whether these blocks fit a page; a single paragraph or item that does not is cut.
 */
export function pagesOf(blocks: Blocks, fits: (blocks: Blocks) => boolean): readonly Blocks[] {
  const all = blocks.flatMap(pieces);
  const pages: Blocks[] = [];
  for (let at = 0; at < all.length;) {
    const count = mostThatFit(all, at, fits);
    const page = count === 0 ? fitting(all.slice(at, at + 1), fits) : joined(all.slice(at, at + count));
    pages.push(page);
    at += Math.max(1, count);
  }
  return pages.length === 0 ? [[]] : pages;
}

/** How many pieces from `start` on fit: by doubling and halving, for `fits` writes the whole page anew each time. */
function mostThatFit(all: Blocks, start: number, fits: (blocks: Blocks) => boolean): number {
  const left = all.length - start;
  const isEnough = (count: number): boolean => fits(joined(all.slice(start, start + count)));
  let [most, tooMany] = [0, 1];
  while (tooMany <= left && isEnough(tooMany)) [most, tooMany] = [tooMany, tooMany * 2];
  if (tooMany > left) tooMany = left + 1;
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (isEnough(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
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
function joined(blocks: Blocks): Blocks {
  const all: RootContent[] = [];
  let items: List["children"] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    if (last?.type === "list" && block.type === "list" && last.ordered === block.ordered) items.push(...block.children);
    else if (block.type === "list") {
      items = [...block.children];
      all.push({ ...block, children: items });
    } else all.push(block);
  }
  return all;
}

const LEAST_CHARS = 8;

/** The beginning of a piece that does not fit. */
function fitting(piece: RootContent[], fits: (blocks: Blocks) => boolean): Blocks {
  for (let chars = 4096; chars >= LEAST_CHARS; chars = Math.floor(chars / 2)) {
    const cut = cutRoot({ type: "root", children: piece }, chars).children;
    if (cut.length > 0 && fits(cut)) return cut;
  }
  const left: Paragraph = { type: "paragraph", children: [{ type: "text", value: "…" }] };
  return [left];
}
