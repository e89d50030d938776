import type { Element, ElementContent } from "hast";
import { elementOf, findElement, lineOf, textNode } from "./elements.ts";

const blockTags = new Set(
  "p div li h1 h2 h3 h4 h5 h6 section footer center aside ul ol dl pre blockquote table article figure".split(" "),
);
const sectionTags = new Set(["thead", "tbody", "tfoot"]);
/** A row that a chat shows in one line or two: those follow each other, longer ones are paragraphs. */
const maxShortRowChars = 120;

/** Chats have no tables: a row becomes a line, unless its cells hold blocks, as in pages laid out with tables. */
export function flattenTable(element: Element): void {
  if (element.tagName === "tr") flattenRow(element);
  else {
    element.tagName = "div";
    element.children = joinRows(element.children.flatMap(rowsOf));
  }
}

/** What a section says about itself (a class, a style) may be a reason to set it aside: such a one stays. */
function rowsOf(child: ElementContent): ElementContent[] {
  if (child.type !== "element") return child.type === "text" && child.value.trim() === "" ? [] : [child];
  return sectionTags.has(child.tagName) && Object.keys(child.properties).length === 0
    ? child.children.flatMap(rowsOf)
    : [child];
}

/** Short rows are lines of one paragraph. */
function joinRows(rows: readonly ElementContent[]): ElementContent[] {
  const all: ElementContent[] = [];
  let lines: Element | null = null;
  for (const row of rows) {
    if (row.type !== "element" || !isShort(row)) {
      lines = null;
      all.push(row);
      continue;
    }
    const line: Element = { ...row, tagName: "span", children: lineOfCells(cellsOf(row)) };
    if (lines === null) {
      lines = elementOf("p", [line]);
      all.push(lines);
    } else lines.children.push(elementOf("br", []), line);
  }
  return all;
}

function isShort(row: Element): boolean {
  if (row.tagName !== "tr" || !isLine(row)) return false;
  const isOneLine = findElement(row, ({ tagName }) => tagName === "br") === null;
  return isOneLine && cellsOf(row).some(hasContent) && lineOf(row, maxShortRowChars).length <= maxShortRowChars;
}

function flattenRow(row: Element): void {
  const cells = cellsOf(row);
  if (isLine(row)) {
    row.tagName = "p";
    row.children = lineOfCells(cells);
    return;
  }
  row.tagName = "div";
  for (const cell of cells) cell.tagName = "div";
}

function lineOfCells(cells: readonly Element[]): ElementContent[] {
  return cells.filter(hasContent).flatMap((cell, index): ElementContent[] => {
    cell.tagName = "span";
    return index === 0 ? [cell] : [textNode(" · "), cell];
  });
}

function cellsOf(row: Element): Element[] {
  return row.children.filter((child): child is Element => child.type === "element");
}

function isLine(row: Element): boolean {
  return findElement(row, ({ tagName }) => blockTags.has(tagName)) === null;
}

function hasContent(cell: Element): boolean {
  return cell.children.some(
    (child) => child.type === "element" || (child.type === "text" && child.value.trim() !== ""),
  );
}
