import { EXIT, SKIP, type visit as visitTree } from "unist-util-visit";

export { EXIT, SKIP };

interface Node {
  readonly type: string;
  readonly children?: readonly Node[];
}

type Result = boolean | "skip" | number | readonly [boolean | "skip", (number | undefined)?] | null | undefined | void;
type Visitor = (node: Node, index: number | undefined, parent: Node | undefined) => Result;

/**
 * Walks a tree as `unist-util-visit` does, with its types. The library defines a name for a function of each node that it comes to, for
 * its traces, and that is an eighth of what a summary costs.
 */
export const visit = ((tree: Node, test: string | Visitor, visitor?: Visitor): void => {
  if (typeof test === "string") walk(tree, undefined, undefined, test, visitor ?? nothing);
  else walk(tree, undefined, undefined, null, test);
}) as unknown as typeof visitTree;

function nothing(): void {}

/** Returns true to end the walk, or the index of the sibling to go on with; undefined: the next one. */
function walk(
  node: Node,
  index: number | undefined,
  parent: Node | undefined,
  type: string | null,
  visitor: Visitor,
): true | number | undefined {
  const result = type === null || node.type === type ? visitor(node, index, parent) : undefined;
  const [action, next] = typeof result === "object" && result !== null ? result : [result, undefined];
  if (action === EXIT) return true;
  if (action !== SKIP && node.children !== undefined) {
    for (let at = 0; at > -1 && at < node.children.length;) {
      const child = node.children[at];
      const after = child === undefined ? undefined : walk(child, at, node, type, visitor);
      if (after === true) return true;
      at = after ?? at + 1;
    }
  }
  return typeof action === "number" ? action : next;
}
