import type { ListItem, Nodes, Paragraph, Parents, PhrasingContent, Root, RootContent } from "mdast";

type Block = Exclude<RootContent, PhrasingContent>;
type Mark = Extract<PhrasingContent, { type: "emphasis" | "strong" | "delete" | "link" | "linkReference" }>;

const phrasing: ReadonlySet<string> = new Set(
  "text emphasis strong delete inlineCode break link linkReference image imageReference footnoteReference html".split(
    " ",
  ),
);

/**
 * A tree in which blocks hold blocks or words, and words hold no blocks. HTML knows no such order (`<em><blockquote>…`), but every
 * markup that is written from a tree does: what an adapter met in the wrong place it would drop.
 */
export function wellFormed(root: Root): Root {
  return { ...root, children: blocksOf(root.children) };
}

/** Words that stand between blocks become paragraphs. */
function blocksOf(nodes: readonly Nodes[]): Block[] {
  const blocks: Block[] = [];
  let open: PhrasingContent[] = [];
  const close = (): void => {
    const children = withoutEdges(open);
    if (children.length > 0) blocks.push({ type: "paragraph", children });
    open = [];
  };
  for (const node of nodes.flatMap(lifted)) {
    if (isPhrasing(node)) open.push(node);
    else {
      close();
      blocks.push(...blockOf(node));
    }
  }
  close();
  return blocks;
}

function isPhrasing(node: Nodes): node is PhrasingContent {
  return phrasing.has(node.type);
}

function blockOf(node: Nodes): Block[] {
  if (node.type === "root" || node.type === "paragraph") return blocksOf(node.children);
  if (node.type === "listItem") return blockOf({ type: "list", ordered: false, spread: false, children: [node] });
  if (node.type === "heading") {
    const inner = blocksOf(node.children);
    const [only] = inner;
    // Around whole blocks it is no heading.
    return inner.length === 1 && only?.type === "paragraph" ? [{ ...node, children: only.children }] : inner;
  }
  if (node.type === "blockquote") {
    const children = blocksOf(node.children) as typeof node.children;
    return children.length === 0 ? [] : [{ ...node, children }];
  }
  if (node.type === "list") {
    const children = node.children.flatMap(itemOf);
    return children.length === 0 ? [] : [{ ...node, children }];
  }
  if (node.type === "code") return [node];
  // What is left are rules, and tables that Markdown wrote.
  return !isPhrasing(node) && "children" in node ? blocksOf(node.children) : [];
}

/** Lists at the beginning of an item are items themselves (`<ul><ul><li>…`): no markup has two marks on one line. */
function itemOf(item: ListItem): ListItem[] {
  const children = blocksOf(item.children) as ListItem["children"];
  const start = children.findIndex((child) => child.type !== "list");
  const lists = start === -1 ? children : children.slice(0, start);
  const lifted = lists.flatMap((list) => (list.type === "list" ? list.children : []));
  return start === -1 ? lifted : [...lifted, { ...item, children: children.slice(start) }];
}

/** A mark around blocks goes around the words in each. */
function lifted(node: Nodes): Nodes[] {
  // A blank line ends a span in Markdown.
  if (node.type === "inlineCode") return [{ ...node, value: node.value.replaceAll(/\s*\n\s*/g, " ") }];
  if (!isMark(node)) return [node];
  const children: Nodes[] = node.type === "link" ? node.children.flatMap(unlinked) : node.children;
  const inner = children.flatMap(lifted);
  if (inner.every(isPhrasing)) return [inner.length === 0 ? node : { ...node, children: inner }];
  const parts: Nodes[] = [];
  for (const child of inner) {
    const last = parts.at(-1);
    if (!isPhrasing(child)) parts.push(marked(child, node));
    else if (last !== undefined && isMark(last)) last.children.push(child);
    else parts.push({ ...node, children: [child] });
  }
  return parts;
}

/** No link holds another: which of them a client follows nobody knows. */
function unlinked(node: Nodes): Nodes[] {
  if (!("children" in node)) return [node];
  const children = (node.children as Nodes[]).flatMap(unlinked);
  return node.type === "link" ? children : [{ ...node, children } as Nodes];
}

function isMark(node: Nodes): node is Mark {
  return ["emphasis", "strong", "delete", "link", "linkReference"].includes(node.type);
}

function marked(block: Nodes, mark: Mark): Nodes {
  if (!("children" in block)) return block;
  const children: Nodes[] = block.children;
  const isWords = block.type === "paragraph" || block.type === "heading";
  const inner = isWords
    ? [{ ...mark, children }]
    : children.map((child) => (isPhrasing(child) ? { ...mark, children: [child] } : marked(child, mark)));
  return { ...block, children: inner } as Parents;
}

/** A break means something between words only. */
function withoutEdges(nodes: readonly PhrasingContent[]): Paragraph["children"] {
  return trimmed(trimmed(nodes, 0), -1);
}

/** Without what says nothing at the beginning (0) or the end (-1), also within a mark that stands there. */
function trimmed(nodes: readonly PhrasingContent[], at: 0 | -1): PhrasingContent[] {
  const rest = [...nodes];
  for (let edge = rest.at(at); edge !== undefined; edge = rest.at(at)) {
    if (!saysNothing(edge)) {
      if (isMark(edge)) rest.splice(at, 1, { ...edge, children: trimmed(edge.children, at) });
      break;
    }
    rest.splice(at, 1);
  }
  return rest;
}

function saysNothing(node: PhrasingContent): boolean {
  return node.type === "break" || (node.type === "text" && node.value.trim() === "");
}
