import type { Element, ElementContent, Root, Text } from "hast";
import { SKIP, visit } from "unist-util-visit";
import { boilerplateClass, isBoilerplateLine, isBoilerplateLink, maxBoilerplateChars } from "./boilerplate.ts";

/** What carries no text of the post. */
const droppedTags = new Set(
  (
    "script style noscript template iframe object embed applet form input button select textarea label svg math canvas audio video " +
    "nav head title link meta base dialog map area figcaption hr picture img"
  ).split(" "),
);
const lineTags = new Set("p div li small h1 h2 h3 h4 h5 h6 section footer center aside".split(" "));
const blockTags = new Set([...lineTags, ..."ul ol dl pre blockquote table article figure".split(" ")]);
const smileyClass = /^(?:wp-smiley|emoji|emoticon)$/;

/** Takes from a tree, in place, what is not the post's own text. Images go too: one of them is shown as the lead image. */
export function cleanTree(tree: Root): void {
  visit(tree, (node, index, parent) => {
    if (parent === undefined || index === undefined) return undefined;
    if (node.type === "element" && isSmiley(node)) {
      parent.children[index] = { type: "text", value: attributeOf(node, "alt") };
      return undefined;
    }
    if (node.type === "comment" || node.type === "doctype" || (node.type === "element" && isNoText(node))) {
      parent.children.splice(index, 1);
      return [SKIP, index];
    }
    if (node.type === "element") flattenTable(node);
    return undefined;
  });
}

function isNoText(element: Element): boolean {
  if (droppedTags.has(element.tagName) || isHidden(element)) return true;
  if (classesOf(element).some((name) => boilerplateClass.test(name))) return true;
  if (element.tagName === "a") return isBoilerplateLink(lineOf(element));
  return lineTags.has(element.tagName) && isBoilerplateLine(lineOf(element));
}

function isHidden(element: Element): boolean {
  const style = attributeOf(element, "style").slice(0, 500);
  return element.properties["hidden"] === true || /display\s{0,4}:\s{0,4}none/i.test(style);
}

function isSmiley(element: Element): boolean {
  return element.tagName === "img" && classesOf(element).some((name) => smileyClass.test(name));
}

export function attributeOf(element: Element, name: string): string {
  const value = element.properties[name];
  return typeof value === "string" ? value.trim() : "";
}

export function classesOf(element: Element): readonly string[] {
  const classes = element.properties["className"];
  return Array.isArray(classes) ? classes.filter((name) => typeof name === "string") : [];
}

function lineOf(element: Element): string {
  return textUpTo(element, maxBoilerplateChars + 1)
    .replace(/\s+/g, " ")
    .trim();
}

/** Text of an element in document order, until it is longer than `maxChars`. */
function textUpTo(element: Element, maxChars: number): string {
  let text = "";
  visit(element, "text", (node: Text) => {
    text += node.value;
    return text.length <= maxChars;
  });
  return text;
}

/** Chats have no tables: a row becomes a line, unless its cells hold blocks, as in pages laid out with tables. */
function flattenTable(element: Element): void {
  if (["table", "tbody", "thead", "tfoot"].includes(element.tagName)) element.tagName = "div";
  if (element.tagName !== "tr") return;
  const cells = element.children.filter((child): child is Element => child.type === "element");
  const isLine = !cells.some((cell) => cell.children.some(isBlock));
  element.tagName = isLine ? "p" : "div";
  for (const cell of cells) cell.tagName = isLine ? "span" : "div";
  if (isLine)
    element.children = cells.flatMap((cell, index): ElementContent[] =>
      index === 0 ? [cell] : [{ type: "text", value: " · " }, cell],
    );
}

function isBlock(node: ElementContent): boolean {
  return node.type === "element" && blockTags.has(node.tagName);
}
