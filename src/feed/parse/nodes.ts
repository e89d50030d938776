import type { DraftText } from "./draft.ts";
import { wrappedMark } from "./prepare.ts";

/** An element as xml2js gives it, of which no type can be trusted: `_` (text), `$` (attributes) and lists of children by name. */
export type Node = Readonly<Record<string, unknown>>;

/** A value as a node; a string becomes its text. */
export function nodeOf(value: unknown): Node {
  if (typeof value === "string") return { _: value };
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The child elements with one of these names, names in order. */
export function children(node: Node, ...names: readonly string[]): unknown[] {
  return names.flatMap((name) => {
    const found = node[name];
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  });
}

export function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : nodeOf(value)["_"];
  return typeof text === "string" ? text.trim() : "";
}

export function attributeOf(node: Node, name: string): string {
  const value = nodeOf(node["$"])[name];
  return typeof value === "string" ? value.trim() : "";
}

/** The texts of all children with one of these names; empty ones left out. */
export function texts(node: Node, names: readonly string[]): string[] {
  return children(node, ...names)
    .map(textOf)
    .filter((text) => text !== "");
}

/** Text with its markup by the `type` (Atom 1.0, section 3.1.1) or `mode` (Atom 0.3) of its element, `usual` where there is neither. */
export function richText(value: unknown, usual: DraftText["markup"]): DraftText {
  const node = nodeOf(value);
  const mode = attributeOf(node, "mode").toLowerCase();
  const text = mode === "base64" ? Buffer.from(textOf(node), "base64").toString("utf8") : textOf(node);
  return { value: text, markup: markupOf(node, mode) ?? usual, base: attributeOf(node, "xml:base") };
}

function markupOf(node: Node, mode: string): DraftText["markup"] | null {
  const type = attributeOf(node, "type").toLowerCase();
  if (attributeOf(node, wrappedMark) !== "" || type.includes("html") || mode === "escaped") return "html";
  return type === "" || type.includes("xml") ? null : "text";
}
