import { fromHtml } from "hast-util-from-html";
import { toMdast } from "hast-util-to-mdast";
import type { Nodes, Paragraph, PhrasingContent, Root } from "mdast";
import { SKIP, visit } from "unist-util-visit";
import { cutChars, htmlToPlain } from "../feed/text.ts";
import { cleanTree } from "./clean.ts";
import { firstPicture } from "./images.ts";
import { closeElements } from "./self-closing.ts";

/** Only the beginning is shown, and building trees takes time: what is behind this is not read. */
const maxHtmlChars = 24_576;
/** Trees are walked by recursion, and formatting left open is repeated in every later block: deeper markup is read as plain text. */
const maxOpenElements = 120;

export interface ReadHtml {
  readonly root: Root;
  /** Absolute URL of the first real picture; "" when there is none. */
  readonly image: string;
}

/** Feed HTML as a clean tree of paragraphs, headings, lists, quotes and code, with emphasis, links and breaks inside them. */
export function readHtml(html: string): ReadHtml {
  const start = closeElements(cutChars(html, maxHtmlChars));
  if (mostOpenElements(start) > maxOpenElements) return { root: plainRoot(htmlToPlain(start)), image: "" };
  const tree = fromHtml(start.includes("<") ? start : paragraphs(start), { fragment: true });
  const image = firstPicture(tree);
  cleanTree(tree);
  const mdast = toMdast(tree, { document: true });
  const root: Root = mdast.type === "root" ? mdast : { type: "root", children: [] };
  simplify(root);
  splitParagraphs(root);
  return { root, image };
}

/** Elements whose end tags may be left out, and those without one: neither nests. */
const unnested = new Set(
  "p li dt dd tr td th thead tbody tfoot option br img hr input wbr source meta link col embed area base param".split(
    " ",
  ),
);

function mostOpenElements(html: string): number {
  let open = 0;
  let most = 0;
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-zA-Z][a-zA-Z\d]{0,20})/g)) {
    if (unnested.has((name ?? "").toLowerCase())) continue;
    open = Math.max(0, open + (slash === "/" ? -1 : 1));
    most = Math.max(most, open);
  }
  return most;
}

/** Text without any markup: blank lines part paragraphs. */
function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${paragraph}</p>`)
    .join("");
}

function plainRoot(text: string): Root {
  return {
    type: "root",
    children: text === "" ? [] : [{ type: "paragraph", children: [{ type: "text", value: text }] }],
  };
}

/** Takes out what a chat cannot show: empty blocks, links that lead nowhere or carry no text, raw HTML. */
function simplify(root: Root): void {
  visit(root, (node, index, parent) => {
    if (parent === undefined || index === undefined) return undefined;
    if (node.type === "link" && !/^(?:https?:\/\/|mailto:)/i.test(node.url)) {
      parent.children.splice(index, 1, ...node.children);
      return [SKIP, index];
    }
    if (!isEmpty(node)) return undefined;
    parent.children.splice(index, 1);
    return [SKIP, index];
  });
}

/** Two line breaks part paragraphs; at the ends of one they mean nothing. */
function splitParagraphs(root: Root): void {
  visit(root, "paragraph", (paragraph, index, parent) => {
    if (parent === undefined || index === undefined || !paragraph.children.some((node) => node.type === "break"))
      return undefined;
    const parts = partsOf(paragraph.children).map((children): Paragraph => ({ type: "paragraph", children }));
    parent.children.splice(index, 1, ...parts);
    return [SKIP, index + parts.length];
  });
}

function partsOf(nodes: readonly PhrasingContent[]): PhrasingContent[][] {
  const parts: PhrasingContent[][] = [[]];
  for (const [index, node] of nodes.entries()) {
    const last = parts.at(-1);
    const next = nodes[index + 1];
    if (last === undefined || (node.type === "break" && (last.length === 0 || next === undefined))) continue;
    if (node.type === "break" && next?.type === "break") parts.push([]);
    else if (last.length > 0 || hasText(node)) last.push(node);
  }
  return parts.filter((part) => part.some(hasText));
}

function isEmpty(node: Nodes): boolean {
  if (node.type === "image" || node.type === "html" || node.type === "definition" || node.type === "thematicBreak")
    return true;
  if (node.type === "code" || node.type === "inlineCode") return node.value.trim() === "";
  return "children" in node && !hasText(node);
}

function hasText(node: Nodes): boolean {
  if (node.type === "text" || node.type === "inlineCode" || node.type === "code") return node.value.trim() !== "";
  return "children" in node && node.children.some(hasText);
}
