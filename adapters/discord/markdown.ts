import type { List, ListItem, Nodes, PhrasingContent, RootContent } from "mdast";
import { escapeLineStarts, escapeText, maskedLink, plain } from "./escape.ts";
import { MOST_LINK_CHARS } from "./limits.ts";

/** Blocks as Discord's Markdown. What its dialect cannot say without doubt is said as plain text. */
export function toDiscord(blocks: readonly RootContent[]): string {
  const texts = blocks.map((block) => blockText(block, true)).filter((text) => text.trim() !== "");
  return texts.map((text, i) => text + gapBetween(text, texts[i + 1])).join("");
}

/** A block of code has room around it already. */
function gapBetween(text: string, next: string | undefined): string {
  if (next === undefined) return "";
  return text.endsWith("\n```") || next.startsWith("```\n") ? "\n" : "\n\n";
}

/** `isTop`: where a fence may stand; inside quotes and lists clients disagree about it. */
function blockText(node: RootContent, isTop: boolean): string {
  if (node.type === "paragraph") return escapeLineStarts(inlineText(node.children));
  if (node.type === "heading") return headingText(inlineText(node.children, new Set(["**"])));
  // The client knows no quote within a quote or a list, and would show the mark.
  if (node.type === "blockquote")
    return isTop ? prefixed(inner(node.children, "\n"), "> ", "> ") : inner(node.children, "\n");
  if (node.type === "list") return listText(node);
  if (node.type === "code") return codeText(node.value, isTop);
  if (node.type === "tableRow")
    return escapeLineStarts(node.children.map((cell) => inlineText(cell.children)).join(" · "));
  if (node.type === "text" || node.type === "inlineCode" || node.type === "link")
    return escapeLineStarts(phraseText(node, new Set()));
  return "children" in node ? inner(node.children, "\n") : "";
}

/** Headings of a post would shout in a chat. */
function headingText(text: string): string {
  return text.trim() === "" || text.includes("\n") ? escapeLineStarts(text) : styled("**", text);
}

function inner(blocks: readonly RootContent[], separator: string): string {
  return blocks
    .map((block) => blockText(block, false))
    .filter((text) => text.trim() !== "")
    .join(separator);
}

/** Words are escaped, and begin with neither. */
const beginsList = /^(?:- |\d+\. )/;

function listText(list: List): string {
  return list.children
    .map((item: ListItem, i) => {
      const mark = list.ordered === true ? `${String((list.start ?? 1) + i)}. ` : "- ";
      const text = inner(item.children, "\n");
      // An item that begins with a list is no item: clients show the second mark as text.
      return beginsList.test(text) ? text : prefixed(text, mark, "  ");
    })
    .filter((text) => text !== "")
    .join("\n");
}

function prefixed(text: string, first: string, others: string): string {
  if (text.trim() === "") return "";
  return text
    .split("\n")
    .map((line, i) => `${i === 0 ? first : others}${line}`)
    .join("\n");
}

/** A fence cannot be escaped inside one: such code is shown line by line. */
function codeText(value: string, isTop: boolean): string {
  const lines = value.split(/\r?\n/).map((line) => line.replaceAll("\t", "    "));
  const clean = lines.map((line) => plainCode(line));
  if (isTop && !value.includes("```")) return `\`\`\`\n${clean.join("\n").trimEnd()}\n\`\`\``;
  const spans = clean.filter((line) => line.trim() !== "").map((line) => codeSpan(line, new Set()));
  return escapeLineStarts(spans.join("\n"));
}

/** Spaces mean something in code. */
function plainCode(line: string): string {
  return line.replace(/\s+$/, "").replaceAll(/\S+/g, (word) => plain(word));
}

/** Marks that are open around a text: one cannot be opened again inside itself. */
type Open = ReadonlySet<string>;

const allMarks: Open = new Set(["*", "**", "~~"]);

function inlineText(nodes: readonly PhrasingContent[], open: Open = new Set()): string {
  let text = "";
  for (const node of nodes) {
    const next = phraseText(node, open);
    // Two marks in a row would be read as one longer mark.
    const touches = /(?<!\\)(?:\\\\)*[*~`]$/.test(text) && /^[*~`]/.test(next);
    text += touches ? unmarked(node) : next;
  }
  return text.replaceAll(/ *\n */g, "\n").replaceAll(/^\n+|\n+$/g, "");
}

function unmarked(node: PhrasingContent): string {
  return "children" in node ? inlineText(node.children, allMarks) : escapeText(labelOf(node));
}

function phraseText(node: PhrasingContent, open: Open): string {
  switch (node.type) {
    case "text":
      return node.data?.atMs === undefined ? escapeText(node.value) : timeText(node.data.atMs);
    case "inlineCode":
      return codeSpan(node.value, open);
    case "break":
      return "\n";
    case "emphasis":
      return marked("*", node.children, open);
    case "strong":
      return marked("**", node.children, open);
    case "delete":
      return marked("~~", node.children, open);
    case "link":
      return betweenSpaces(labelOf(node), (label) => maskedLink(label, node.url, MOST_LINK_CHARS));
    case "linkReference":
      return inlineText(node.children, open);
    case "image":
    case "imageReference":
    case "footnoteReference":
    case "html":
      return "";
    default:
      // No tree of ours holds blocks among words; a person would rather read them than nothing.
      return escapeText(labelOf(node));
  }
}

/** API Reference, "Timestamp Styles": each reader sees their own time and language. */
function timeText(atMs: number): string {
  return `<t:${String(Math.floor(atMs / 1000))}:f>`;
}

function labelOf(node: Nodes): string {
  if ("value" in node) return node.value;
  if (node.type === "break") return " ";
  return "children" in node ? node.children.map(labelOf).join("") : "";
}

/** Asterisks inside asterisks are read in more than one way, so only the outer mark is written. */
function marked(mark: string, children: readonly PhrasingContent[], open: Open): string {
  const isOpen = open.has(mark) || (mark.startsWith("*") && (open.has("*") || open.has("**")));
  if (isOpen) return inlineText(children, open);
  const text = inlineText(children, new Set([...open, mark]));
  return text.trim() === "" || text.includes("\n") || (mark === "~~" && text.includes("~")) ? text : styled(mark, text);
}

/** Marks hold only where they touch a word. */
function styled(mark: string, text: string): string {
  return betweenSpaces(text, (core) => `${mark}${core}${mark}`);
}

/** Spaces at the ends stay outside of what is written around the words. */
function betweenSpaces(text: string, written: (core: string) => string): string {
  const [, before = "", core = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return `${before}${written(core)}${after}`;
}

/** A backtick cannot be escaped inside a code span, nor can a mark that is open around it. */
function codeSpan(value: string, open: Open): string {
  return betweenSpaces(plain(value), (text) => {
    if (text === "") return "";
    const isDoubtful = text.includes("`") || text.endsWith("\\") || (open.size > 0 && /[*~_|\\]/.test(text));
    return isDoubtful ? escapeText(text) : `\`${text}\``;
  });
}
