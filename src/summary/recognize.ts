import type { Element, ElementContent, Root as HastRoot, RootContent } from "hast";
import { fromHtml } from "hast-util-from-html";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toHast } from "mdast-util-to-hast";
import type { Root } from "mdast";
import { isDeepTree, isTooDeep } from "./depth.ts";
import { readPlainText } from "./plain-text.ts";
import { bbCodeToHtml, isBbCode, isEscapedHtml, isMarkdown } from "./written-markup.ts";

/** What the content of an entry evidently is, whatever its feed says. */
export type Content =
  | { readonly kind: "html" | "escaped" | "bbcode"; readonly tree: HastRoot }
  /** `share`: how much of it was read, as reading Markdown takes time. */
  | { readonly kind: "markdown"; readonly tree: HastRoot; readonly share: number }
  /** Without any markup; already as blocks. */
  | { readonly kind: "text"; readonly root: Root };

const maxMarkdownChars = 8_192;

/** Recognizes the content of an entry. Where there is doubt it is what it says it is: HTML. */
export function recognize(html: string): Content {
  const tree = fromHtml(html, { fragment: true });
  const text = bareText(tree);
  if (text === null) return { kind: "html", tree };
  const written = escapedHtml(text.value);
  if (written !== null) return { kind: "escaped", tree: fromHtml(written, { fragment: true }) };
  const start = text.value.slice(0, maxMarkdownChars);
  const markdown = isMarkdown(start) ? markdownTree(start) : null;
  if (markdown !== null) return { kind: "markdown", tree: markdown, share: start.length / text.value.length };
  if (isBbCode(text.value)) {
    const html = bbCodeToHtml(text.value);
    if (!isTooDeep(html)) return { kind: "bbcode", tree: fromHtml(html, { fragment: true }) };
  }
  return text.linesCount ? { kind: "text", root: readPlainText(text.value) } : { kind: "html", tree };
}

/** HTML that was escaped once or twice too often; null for any other text. */
function escapedHtml(text: string): string | null {
  if (isEscapedHtml(text)) return isTooDeep(text) ? null : text;
  if (!/&lt;\/?[a-z]/i.test(text) || text.includes("<")) return null;
  const once = bareText(fromHtml(text, { fragment: true }))?.value ?? "";
  return isEscapedHtml(once) && !isTooDeep(once) ? once : null;
}

interface BareText {
  readonly value: string;
  /** Whether line ends were written by the author, or are white space of HTML. */
  readonly linesCount: boolean;
}

/**
 * The text of content in which there are no elements but line breaks, all of it perhaps within one `div`, `p` or `pre` (Atom's
 * xhtml, cgit's commit messages). null for HTML.
 */
function bareText(tree: HastRoot): BareText | null {
  const top = tree.children.filter((node) => node.type !== "text" || node.value.trim() !== "");
  const [only] = top;
  const wrapper = top.length === 1 && only?.type === "element" && wrappers.has(only.tagName) ? only : null;
  const children: readonly RootContent[] = wrapper?.children ?? tree.children;
  if (wrapper?.tagName === "div" && children.some(isWrapper))
    return bareText({ type: "root", children: wrapper.children });
  if (!children.every((node) => node.type === "text" || isBreak(node))) return null;
  const hasBreaks = children.some(isBreak);
  const value = children.map((node) => textOf(node, hasBreaks)).join("");
  const isProse = wrapper?.tagName !== "pre" || /white-space:\s*pre-wrap/.test(String(wrapper.properties["style"]));
  return isProse
    ? {
        value,
        linesCount:
          wrapper === null || wrapper.tagName === "pre" || (wrapper.tagName === "div" && /\n\s*\n/.test(value)),
      }
    : null;
}

const wrappers: ReadonlySet<string> = new Set(["div", "p", "pre"]);

function isWrapper(node: RootContent | ElementContent): boolean {
  return node.type === "element" && wrappers.has(node.tagName);
}

function isBreak(node: RootContent): node is Element {
  return node.type === "element" && node.tagName === "br";
}

/** Where line breaks are written as elements, a line end beside one is the same line end. */
function textOf(node: RootContent, hasBreaks: boolean): string {
  if (node.type !== "text") return "\n";
  return hasBreaks ? node.value.replace(/^[^\S\n]*\n|\n[^\S\n]*$/g, "").replaceAll("\n", " ") : node.value;
}

/** HTML within Markdown stays text: nobody could tell it from a text about HTML. null for what is nested beyond sense. */
function markdownTree(text: string): HastRoot | null {
  const mdast = fromMarkdown(text, { extensions: [{ disable: { null: ["htmlFlow", "htmlText"] } }] });
  if (isDeepTree(mdast)) return null;
  const hast = toHast(mdast);
  return hast.type === "root" ? hast : null;
}
