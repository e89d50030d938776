import type { Element, Root } from "hast";
import { SKIP, visit } from "./visit.ts";
import { isBoilerplate, maxBoilerplateChars, type Rules } from "./boilerplate.ts";
import { rewriteElement } from "./rewrite.ts";
import { attributeOf, classesOf, lineOf } from "./elements.ts";

/** Takes from a tree, in place, what is not the post's own text, and puts into words what a chat has no element for. */
export function cleanTree(tree: Root, rules: Rules): void {
  visit(tree, (node, index, parent) => {
    if (parent === undefined || index === undefined) return undefined;
    if (node.type === "comment" || node.type === "doctype") return removed(parent, index);
    if (node.type !== "element") return undefined;
    if (isSetAside(node, rules)) return removed(parent, index);
    const rewritten = rewriteElement(node, parent.type === "element" ? parent : null);
    if (rewritten === null && isBoilerplate(rules.tag, node.tagName)) return removed(parent, index);
    const instead = rewritten ?? (meaningless.has(node.tagName) ? node.children : null);
    if (instead === null) return undefined;
    parent.children.splice(index, 1, ...instead);
    return [SKIP, index];
  });
}

/** Highlighted code has hundreds of them, and every step that follows takes its time for each. */
const meaningless = new Set(["span", "font"]);

function removed(parent: Root | Element, index: number): [typeof SKIP, number] {
  parent.children.splice(index, 1);
  return [SKIP, index];
}

function isSetAside(element: Element, rules: Rules): boolean {
  if (classesOf(element).some((name) => isBoilerplate(rules.class, name))) return true;
  if (attributesOf(element).some((attribute) => isBoilerplate(rules.attribute, attribute))) return true;
  return element.tagName === "a" && isMark(element) && isBoilerplate(rules.href, markOf(element));
}

function attributesOf(element: Element): string[] {
  const named = ["style", "role"].flatMap((name) => {
    const value = attributeOf(element, name).slice(0, maxBoilerplateChars - 10);
    return value === "" ? [] : [`${name}=${value}`];
  });
  return element.properties["hidden"] === true ? [...named, "hidden="] : named;
}

function isMark(link: Element): boolean {
  return /^(?:[\p{P}\p{S}\d]{1,5}|[a-z])$/u.test(lineOf(link, maxBoilerplateChars));
}

function markOf(link: Element): string {
  const address = attributeOf(link, "href");
  return `${lineOf(link, maxBoilerplateChars)} ${address.slice(Math.max(0, address.indexOf("#") - 20)).slice(0, 250)}`;
}
