import type { types } from "@slack/bolt";
import type { Link, List, PhrasingContent, RootContent, Text } from "mdast";
import { toPlainText } from "../../src/summary/markdown.ts";
import { clean, cleanLine, honestLabel, linkUrl } from "./words.ts";

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
  if (address === null) return text(cleanLine(label) || " ", style);
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

/** An item's first lines are one section; a list within it is a list of its own, further in, and what follows that no item. */
function listParts(list: List, indent: number): Part[] {
  const style = list.ordered === true ? ("ordered" as const) : ("bullet" as const);
  const parts: Part[] = [];
  let number = list.start ?? 1;
  for (const item of list.children) {
    const end = item.children.findIndex((child) => child.type === "list");
    const [own, rest] = end === -1 ? [item.children, []] : [item.children.slice(0, end), item.children.slice(end)];
    const last = parts.at(-1);
    const row = section(joinedLines(own));
    if (last?.type === "rich_text_list" && last.indent === indent) last.elements.push(row);
    else parts.push({ type: "rich_text_list", style, indent, ...offset(list, number), elements: [row] });
    number += 1;
    for (const child of rest)
      parts.push(
        ...(child.type === "list" ? listParts(child, Math.min(indent + 1, DEEPEST_INDENT)) : blockParts(child, 0)),
      );
  }
  return parts;
}

/**
 * Where the numbering does not begin with 1, as behind a list within the list
 * (https://docs.slack.dev/reference/block-kit/block-elements/rich-text-list-element; not in the library's types).
 */
function offset(list: List, number: number): { offset?: number } {
  return list.ordered === true && number > 1 ? { offset: number - 1 } : {};
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
      return linkElements(node, style);
    case "break":
      return [text("\n", {})];
    case "image":
      return plain(node.alt ?? "");
    case "linkReference":
      return inlines(node.children, style);
    case "text":
      return textElements(node, style);
    case "html":
      return clean(node.value) === "" ? [] : [text(clean(node.value), style)];
    case "footnoteReference":
    case "imageReference":
      return [];
    default:
      // No tree of ours holds blocks among words; a person would rather read them than nothing.
      return plain(toPlainText(node));
  }
}

/** A time in the zone of who reads; the text stands where it cannot be shown. */
function textElements({ value, data }: Text, style: Style): Inline[] {
  const fallback = clean(value);
  if (data?.atMs === undefined) return fallback === "" ? [] : [text(fallback, style)];
  const timestamp = Math.floor(data.atMs / 1000);
  return [{ type: "date", timestamp, format: "{date_short_pretty} {time}", fallback }];
}

/** Spaces at the ends of a label stay, outside of the link. */
function linkElements(node: Link, style: Style): Inline[] {
  const codes = node.children.length > 0 && node.children.every((child) => child.type === "inlineCode");
  const label = node.children.map(toPlainText).join("");
  const link = linkOrText(node.url, label, codes ? { ...style, code: true } : style);
  const space = (isThere: boolean): Inline[] => (isThere ? [text(" ", {})] : []);
  return [...space(/^\s/.test(label)), link, ...space(/\s$/.test(label))];
}
