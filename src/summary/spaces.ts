import type { Nodes, PhrasingContent } from "mdast";

type Mark = Extract<PhrasingContent, { type: "emphasis" | "strong" | "delete" | "link" }>;

/**
 * Spaces belong between words, not into marks ("<b>word </b>next"), and not to the ends of a line. Goes from the inside out, in
 * place.
 */
export function tidySpaces(node: Nodes): void {
  if (!("children" in node)) return;
  for (const child of node.children) tidySpaces(child);
  if (node.type === "paragraph" || node.type === "heading") {
    node.children = trimmedLines(node.children.flatMap(spaceOutside));
  } else if (isMark(node)) node.children = node.children.flatMap(spaceOutside);
}

/** Line breaks at the ends of marks belong between lines, too. From the inside out, in place. */
export function breaksOutside(node: Nodes): void {
  if (!("children" in node)) return;
  for (const child of node.children) breaksOutside(child);
  (node.children as Nodes[]) = node.children.flatMap((child): Nodes[] =>
    isMark(child) ? withoutEnds(child) : [child],
  );
}

function withoutEnds(mark: Mark): PhrasingContent[] {
  const { children } = mark;
  const start = children.findIndex(isSaid);
  const end = children.findLastIndex(isSaid) + 1;
  if (start === -1) return children;
  mark.children = children.slice(start, end);
  return [...children.slice(0, start), mark, ...children.slice(end)];
}

function isSaid(node: PhrasingContent): boolean {
  return node.type !== "break" && (node.type !== "text" || node.value.trim() !== "");
}

function isMark(node: Nodes): node is Mark {
  return node.type === "emphasis" || node.type === "strong" || node.type === "delete" || node.type === "link";
}

function spaceOutside(node: PhrasingContent): PhrasingContent[] {
  if (!isMark(node)) return [node];
  const [first] = node.children;
  const last = node.children.at(-1);
  const startsWithSpace = first?.type === "text" && /^\s/.test(first.value);
  const endsWithSpace = last?.type === "text" && /\s$/.test(last.value);
  if (first?.type === "text") first.value = first.value.trimStart();
  if (last?.type === "text") last.value = last.value.trimEnd();
  node.children = node.children.filter((child) => child.type !== "text" || child.value !== "");
  const space: PhrasingContent[] = [{ type: "text", value: " " }];
  return [
    ...(startsWithSpace ? space : []),
    ...(node.children.length > 0 ? [node] : []),
    ...(endsWithSpace ? space : []),
  ];
}

/** Neighbouring texts become one, with one space where they had several. */
function trimmedLines(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  const line: PhrasingContent[] = [];
  for (const node of nodes) {
    const last = line.at(-1);
    if (node.type !== "text") line.push(node);
    else if (last?.type === "text") line[line.length - 1] = { type: "text", value: folded(last.value + node.value) };
    else line.push({ type: "text", value: folded(node.value) });
  }
  return line.flatMap((node, index): PhrasingContent[] => {
    if (node.type !== "text") return [node];
    const start = isEdge(line[index - 1]) ? node.value.trimStart() : node.value;
    const value = isEdge(line[index + 1]) ? start.trimEnd() : start;
    return value === "" ? [] : [{ ...node, value }];
  });
}

function isEdge(neighbour: PhrasingContent | undefined): boolean {
  return neighbour === undefined || neighbour.type === "break";
}

function folded(text: string): string {
  return text.replace(/[ \u00a0]{2,}/g, " ");
}
