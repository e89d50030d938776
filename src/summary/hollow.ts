import type { Element, ElementContent, Root, RootContent } from "hast";
import { elementOf } from "./elements.ts";

/** Elements that mean something though nothing is in them: blocks part words, the others are seen. */
const meansSomething = new Set(
  (
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 " +
    "h5 h6 header hgroup html legend li listing main menu nav ol p plaintext pre section summary table tbody td tfoot th thead tr ul " +
    "xmp br hr img input wbr"
  ).split(" "),
);

/**
 * Takes marks and links around nothing (`<b></b>`, `<a> </a>`) out of a tree, in place, and joins the texts beside them. The library
 * that folds white space looks for each of them at all that follow: a thousand in a row took it five seconds.
 */
export function dropHollow(parent: Root | Element): void {
  const kept: RootContent[] = [];
  for (const child of parent.children.flatMap(filled)) {
    const last = kept.at(-1);
    if (child.type === "text" && last?.type === "text") last.value += child.value;
    else kept.push(child);
  }
  (parent.children as RootContent[]) = kept;
}

function filled(node: RootContent): RootContent[] {
  if (node.type !== "element") return [node];
  if (node.tagName !== "pre") dropHollow(node);
  if (!node.children.every(isSpace)) return [node];
  const breaks = breaksFor(node.tagName);
  if (breaks > 0) return Array.from({ length: breaks }, () => elementOf("br", []));
  return meansSomething.has(node.tagName) ? [node] : node.children;
}

/** An empty block becomes no block, and the words on both sides of it would be one. */
function breaksFor(tagName: string): number {
  return tagName === "p" ? 2 : tagName === "div" ? 1 : 0;
}

function isSpace(node: ElementContent): boolean {
  return node.type === "text" && node.value.trim() === "";
}
