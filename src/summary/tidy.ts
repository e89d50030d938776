import type { Nodes, Paragraph, Parents, PhrasingContent, Root } from "mdast";
import { SKIP, visit } from "./visit.ts";
import { cleanCode, cleanText, hasVisible } from "./characters.ts";
import { breaksOutside } from "./spaces.ts";

/**
 * Brings a tree into the few forms that adapters know: blocks with text in them, links that lead somewhere, marks that touch
 * their words. In place.
 */
export function tidyTree(root: Root): void {
  visit(root, (node) => {
    if (node.type === "text") node.value = cleanText(node.value);
    else if (node.type === "code" || node.type === "inlineCode") node.value = cleanCode(node.value);
  });
  visit(root, (node, index, parent) => {
    if (parent === undefined || index === undefined) return undefined;
    if (isEmpty(node)) return replace(parent, index, []);
    return isRepeatedMark(node, parent) && "children" in node ? replace(parent, index, node.children) : undefined;
  });
  breaksOutside(root);
  splitParagraphs(root);
}

/** In place. */
export function dropEmpty(root: Root): void {
  visit(root, (node, index, parent) =>
    parent !== undefined && index !== undefined && isEmpty(node) ? replace(parent, index, []) : undefined,
  );
}

function replace(parent: Parents, index: number, nodes: readonly Nodes[]): [typeof SKIP, number] {
  // What stood inside a node may stand in its place: phrasing in phrasing.
  (parent.children as Nodes[]).splice(index, 1, ...nodes);
  return [SKIP, index];
}

/**
 * Links that would run something, or lead nowhere, become their text; addresses are written as browsers ask for them, without
 * characters that a message would lose. In place.
 */
export function tidyLinks(root: Root): void {
  visit(root, "link", (link, index, parent) => {
    if (parent === undefined || index === undefined) return undefined;
    if (!/^(?:https?:\/\/|mailto:)/i.test(link.url)) return replace(parent, index, link.children);
    link.url = link.url.replaceAll(/\p{Cf}/gu, encodeURIComponent);
    return undefined;
  });
}

/** Bold within bold, or in a heading, which is bold already. */
function isRepeatedMark(node: Nodes, parent: Parents): boolean {
  return node.type === "strong" && (parent.type === "strong" || parent.type === "heading");
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
  if (node.type === "code" || node.type === "inlineCode") return !hasVisible(node.value);
  return "children" in node && !hasText(node);
}

function hasText(node: Nodes): boolean {
  if (node.type === "text" || node.type === "inlineCode" || node.type === "code") return hasVisible(node.value);
  return "children" in node && node.children.some(hasText);
}
