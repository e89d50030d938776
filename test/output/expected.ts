import type { Link, Nodes, Root } from "mdast";
import { visit } from "unist-util-visit";
import type { ShownLink } from "./shown.ts";

const blocks = new Set(["root", "blockquote", "list", "listItem", "table"]);

/** The words of a tree, blocks parted by line ends; pictures and raw HTML say nothing. */
export function wordsOf(node: Nodes, ofLink: (link: Link) => string = labelOf): string {
  if (node.type === "link") return ofLink(node);
  if (node.type === "text" || node.type === "inlineCode" || node.type === "code") return node.value;
  if (node.type === "break") return "\n";
  if (!("children" in node)) return "";
  return node.children.map((child) => wordsOf(child, ofLink)).join(blocks.has(node.type) ? "\n" : "");
}

function labelOf(link: Link): string {
  return link.children.map((child) => wordsOf(child)).join("");
}

export function linksOf(root: Root): ShownLink[] {
  const links: ShownLink[] = [];
  visit(root, "link", (link) => void links.push({ label: labelOf(link), url: link.url }));
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

/**
 * What may be shown of a tree: its words; for a link, an adapter may add the host that it leads to, and leave the scheme of an address away.
 */
export function patternOf(root: Root): RegExp {
  const links: string[] = [];
  const marked = wordsOf(root, (link) => {
    const [label, host] = [folded(labelOf(link)), hostOf(link.url)];
    const bare = label.replaceAll(/https?:\/\//gi, "");
    const added = host === "" ? [] : [`${label} (${host})`, bare || host, `${bare} (${host})`];
    // Each alternative once, or a text of many links takes for ever to be told from another.
    links.push([...new Set([label, ...added])].map(escaped).join("|"));
    return `${/^\s/.test(labelOf(link)) ? " " : ""}\ue000${/\s$/.test(labelOf(link)) ? " " : ""}`;
  });
  let next = 0;
  const source = escaped(folded(marked)).replaceAll("\ue000", () => `(?:${links[next++] ?? ""})`);
  return new RegExp(`^${source}$`, "u");
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
