import type { Nodes } from "mdast";

/** Trees are walked by recursion, and formatting left open is repeated in every later block: deeper markup is read as plain text. */
const maxOpenElements = 120;

export function isTooDeep(html: string): boolean {
  return mostOpenElements(html) > maxOpenElements;
}

/** Walks without recursion. */
export function isDeepTree(root: Nodes): boolean {
  let level: readonly Nodes[] = [root];
  for (let depth = 0; depth <= maxOpenElements; depth += 1) {
    if (level.length === 0) return false;
    level = level.flatMap((node) => ("children" in node ? node.children : []));
  }
  return true;
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
