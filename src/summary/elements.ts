import type { Element, ElementContent, Nodes, Text } from "hast";
import { EXIT, visit } from "./visit.ts";

export function attributeOf(element: Element, name: string): string {
  const value = element.properties[name];
  return typeof value === "string" ? value.trim() : "";
}

export function classesOf(element: Element): readonly string[] {
  const classes = element.properties["className"];
  return Array.isArray(classes) ? classes.filter((name) => typeof name === "string") : [];
}

/** Text of an element in one line, read only until it is longer than `maxChars`. */
export function lineOf(element: Element, maxChars: number): string {
  return textUpTo(element, maxChars + 1)
    .replace(/\s+/g, " ")
    .trim();
}

function textUpTo(element: Element, maxChars: number): string {
  let text = "";
  visit(element, "text", (node: Text) => {
    text += node.value;
    return text.length <= maxChars;
  });
  return text;
}

/** The first element below for which `matches` holds. */
export function findElement(within: Nodes, matches: (element: Element) => boolean): Element | null {
  let found: Element | null = null;
  visit(within, "element", (element: Element) => {
    if (!matches(element)) return undefined;
    found = element;
    return EXIT;
  });
  return found;
}

export function textNode(value: string): Text {
  return { type: "text", value };
}

export function elementOf(tagName: string, children: ElementContent[]): Element {
  return { type: "element", tagName, properties: {}, children };
}
