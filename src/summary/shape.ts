import type { BlockContent, ListItem, Nodes, PhrasingContent } from "mdast";

/**
 * Nodes as blocks of phrases. Feeds put lists into paragraphs and text into lists, and what comes of it has blocks where only
 * phrases may be: no adapter could show that.
 */
export function blocksOf(nodes: readonly Nodes[]): BlockContent[] {
  const blocks: BlockContent[] = [];
  let line: PhrasingContent[] = [];
  for (const node of nodes) {
    if (isPhrase(node)) {
      line.push(node);
      continue;
    }
    if (line.length > 0) blocks.push({ type: "paragraph", children: line });
    line = [];
    blocks.push(...blockOf(node));
  }
  return line.length > 0 ? [...blocks, { type: "paragraph", children: line }] : blocks;
}

function blockOf(node: Nodes): BlockContent[] {
  if (node.type === "code") return [node];
  if ((node.type === "paragraph" || node.type === "heading") && node.children.every(isPhrase)) return [node];
  if (node.type === "blockquote") return [{ type: "blockquote", children: blocksOf(node.children) }];
  if (node.type === "list") return [{ ...node, children: node.children.map(itemOf) }];
  return "children" in node ? blocksOf(node.children) : [];
}

function itemOf(node: Nodes): ListItem {
  return { type: "listItem", spread: false, children: blocksOf(node.type === "listItem" ? node.children : [node]) };
}

function isPhrase(node: Nodes): node is PhrasingContent {
  if (node.type === "text" || node.type === "inlineCode" || node.type === "break") return true;
  const isMark = node.type === "emphasis" || node.type === "strong" || node.type === "delete" || node.type === "link";
  return isMark && node.children.every(isPhrase);
}
