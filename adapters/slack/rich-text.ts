import type { types } from "@slack/bolt";
import type { Link, List, PhrasingContent, RootContent } from "mdast";
import { toPlainText } from "../../src/summary/markdown.ts";
import { clean, honestLabel, linkUrl } from "./words.ts";

export type Part = types.RichTextBlock["elements"][number];
export type Inline = types.RichTextElement;

interface Style {
  readonly bold?: true;
  readonly italic?: true;
  readonly strike?: true;
  readonly code?: true;
}

const DEEPEST_INDENT = 8;

/**
 * A tree as the parts of a rich_text block. In these only elements are mentions, links and emphasis, and text is never read for
 * markup: what a feed says can neither ping, nor link, nor break out.
 */
export function toRichText(blocks: readonly RootContent[]): Part[] {
  const parts = blocks.flatMap((block) => blockParts(block, 0));
  // Sections follow each other without a gap; a line end makes them paragraphs.
  return parts.map((part, i) =>
    part.type === "rich_text_section" && parts[i + 1]?.type === "rich_text_section"
      ? section([...part.elements, text("\n\n", {})])
      : part,
  );
}

export function section(elements: Inline[]): types.RichTextSection {
  return { type: "rich_text_section", elements: elements.length > 0 ? elements : [text(" ", {})] };
}

export function text(value: string, style: Style): types.RichTextText {
  return Object.keys(style).length === 0 ? { type: "text", text: value } : { type: "text", text: value, style };
}

/** A link with its label; plain text when the address cannot be linked. */
export function linkOrText(url: string, label: string, style: Style): Inline {
  const address = linkUrl(url);
  if (address === null) return text(clean(label) || " ", style);
  const link = { type: "link" as const, url: address, text: honestLabel(label, address) };
  return Object.keys(style).length === 0 ? link : { ...link, style };
}

function blockParts(block: RootContent, indent: number): Part[] {
  switch (block.type) {
    case "paragraph":
      return sectionOf(inlines(block.children, {}));
    case "heading":
      return sectionOf(inlines(block.children, { bold: true }));
    case "blockquote": {
      const elements = joinedLines(block.children);
      return elements.length === 0 ? [] : [{ type: "rich_text_quote", elements }];
    }
    case "list":
      return listParts(block, indent);
    case "code":
      return block.value.trim() === ""
        ? []
        : [{ type: "rich_text_preformatted", elements: [text(clean(block.value), {})] }];
    case "thematicBreak":
      return sectionOf([text("———", {})]);
    case "table":
      return block.children.flatMap((row) =>
        sectionOf(
          joined(
            row.children.map((cell) => inlines(cell.children, {})),
            " · ",
          ),
        ),
      );
    case "definition":
    case "footnoteDefinition":
    case "yaml":
      return [];
    // What stands alone where only blocks should.
    case "html":
    case "text":
    case "inlineCode":
    case "strong":
    case "emphasis":
    case "delete":
    case "link":
    case "linkReference":
    case "image":
    case "imageReference":
    case "footnoteReference":
    case "break":
    case "listItem":
    case "tableRow":
    case "tableCell":
      return sectionOf(plain(toPlainText(block)));
  }
}

function sectionOf(elements: Inline[]): Part[] {
  return elements.length === 0 ? [] : [section(elements)];
}

function plain(value: string): Inline[] {
  return value.trim() === "" ? [] : [text(clean(value), {})];
}

/** An item's own lines are one section; a list within it is a list of its own, further in. */
function listParts(list: List, indent: number): Part[] {
  const style = list.ordered === true ? ("ordered" as const) : ("bullet" as const);
  const parts: Part[] = [];
  for (const item of list.children) {
    const own = item.children.filter((child) => child.type !== "list");
    const elements = joinedLines(own);
    const last = parts.at(-1);
    const row = section(elements);
    if (last?.type === "rich_text_list" && last.indent === indent) last.elements.push(row);
    else parts.push({ type: "rich_text_list", style, indent, elements: [row] });
    for (const child of item.children)
      if (child.type === "list") parts.push(...listParts(child, Math.min(indent + 1, DEEPEST_INDENT)));
  }
  return parts;
}

/** Blocks as lines of one part, where Slack allows no blocks within. */
function joinedLines(blocks: readonly RootContent[]): Inline[] {
  const lines = blocks.map((block) => {
    if (block.type === "paragraph" || block.type === "heading") return inlines(block.children, {});
    if (block.type === "list")
      return joined(
        block.children.map((item) => [text("• ", {}), ...joinedLines(item.children)]),
        "\n",
      );
    if (block.type === "blockquote") return joinedLines(block.children);
    return plain(toPlainText(block));
  });
  return joined(lines, "\n");
}

function joined(lines: readonly Inline[][], between: string): Inline[] {
  return lines.filter((line) => line.length > 0).flatMap((line, i) => (i === 0 ? line : [text(between, {}), ...line]));
}

function inlines(nodes: readonly PhrasingContent[], style: Style): Inline[] {
  return nodes.flatMap((node) => inline(node, style));
}

function inline(node: PhrasingContent, style: Style): Inline[] {
  switch (node.type) {
    case "strong":
      return inlines(node.children, { ...style, bold: true });
    case "emphasis":
      return inlines(node.children, { ...style, italic: true });
    case "delete":
      return inlines(node.children, { ...style, strike: true });
    case "inlineCode":
      return node.value === "" ? [] : [text(clean(node.value), { ...style, code: true })];
    case "link":
      return [linkElement(node, style)];
    case "break":
      return [text("\n", {})];
    case "image":
      return plain(node.alt ?? "");
    case "linkReference":
      return inlines(node.children, style);
    case "text":
    case "html":
      return clean(node.value) === "" ? [] : [text(clean(node.value), style)];
    case "footnoteReference":
    case "imageReference":
      return [];
  }
}

function linkElement(node: Link, style: Style): Inline {
  const codes = node.children.length > 0 && node.children.every((child) => child.type === "inlineCode");
  return linkOrText(node.url, node.children.map(toPlainText).join(""), codes ? { ...style, code: true } : style);
}
