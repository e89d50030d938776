import type { Element, ElementContent } from "hast";
import { textNode } from "./elements.ts";

const blockTags = new Set(
  "p div li h1 h2 h3 h4 h5 h6 section footer center aside ul ol dl pre blockquote table article figure".split(" "),
);

/** Chats have no tables: a row becomes a line, unless its cells hold blocks, as in pages laid out with tables. */
export function flattenTable(element: Element): void {
  if (element.tagName !== "tr") {
    element.tagName = "div";
    return;
  }
  const cells = element.children.filter((child): child is Element => child.type === "element");
  const isLine = !cells.some((cell) => cell.children.some(isBlock));
  element.tagName = isLine ? "p" : "div";
  for (const cell of cells) cell.tagName = isLine ? "span" : "div";
  if (isLine)
    element.children = cells.filter(hasContent).flatMap((cell, index): ElementContent[] => {
      return index === 0 ? [cell] : [textNode(" · "), cell];
    });
}

function isBlock(node: ElementContent): boolean {
  return node.type === "element" && blockTags.has(node.tagName);
}

function hasContent(cell: Element): boolean {
  return cell.children.some(
    (child) => child.type === "element" || (child.type === "text" && child.value.trim() !== ""),
  );
}
