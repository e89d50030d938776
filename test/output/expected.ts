import type { Nodes, Root } from "mdast";
import { visit } from "unist-util-visit";
import type { ShownLink } from "./shown.ts";

const blocks = new Set(["root", "blockquote", "list", "listItem", "table"]);

/** The words of a tree, blocks parted by line ends; pictures and raw HTML say nothing. */
export function wordsOf(node: Nodes): string {
  if (node.type === "text" || node.type === "inlineCode" || node.type === "code") return node.value;
  if (node.type === "break") return "\n";
  if (!("children" in node)) return "";
  return node.children.map(wordsOf).join(blocks.has(node.type) ? "\n" : "");
}

export function linksOf(root: Root): ShownLink[] {
  const links: ShownLink[] = [];
  visit(root, "link", (link) => void links.push({ label: link.children.map(wordsOf).join(""), url: link.url }));
  return links;
}

export function codesOf(root: Root): string[] {
  const codes: string[] = [];
  visit(root, (node) => {
    if (node.type === "code" || node.type === "inlineCode") codes.push(node.value);
  });
  return codes;
}

/** What is left of words where neither unseen characters nor white space matter, nor the marks in front of an item. */
export function folded(text: string): string {
  return text
    .replaceAll(/^(?:\s*• )+/gm, " ")
    .replaceAll("［", "[")
    .replaceAll("］", "]")
    .replaceAll(/(?!\s)[\p{Cc}\p{Cf}\p{Surrogate}\ufffd\ufffe\uffff]/gu, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
