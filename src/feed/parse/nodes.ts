import { isUtf8 } from "node:buffer";
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
  const all: unknown[] = [];
  for (const name of names) {
    const found = node[name];
    if (Array.isArray(found)) for (const one of found) all.push(one);
    else if (found !== undefined) all.push(found);
  }
  return all;
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
  const type = attributeOf(node, "type").toLowerCase();
  const isEncoded = mode === "base64" || isBinary(type);
  const text = isEncoded ? decodedText(textOf(node)) : textOf(node);
  return { value: text, markup: markupOf(node, type, mode) ?? usual, base: attributeOf(node, "xml:base") };
}

/** Whether Atom has content of this type written in Base64 (RFC 4287, section 4.1.3.3). */
function isBinary(type: string): boolean {
  return /^(?:application|audio|image|video)\//.test(type) && !/xml|html|json|javascript/.test(type);
}

/** A word in a title that is said to be Base64 may look like it; no picture or document is so short. */
const shortestFileChars = 64;

/** What says that it is Base64 and is not stays as it is; what is no text in Base64 is nothing to read. */
function decodedText(written: string): string {
  const letters = written.replace(/\s+/g, "");
  if (letters.length % 4 !== 0 || !/^[A-Za-z\d+/]+={0,2}$/.test(letters)) return written;
  const bytes = Buffer.from(letters, "base64");
  if (isUtf8(bytes) && !bytes.includes(0)) return bytes.toString("utf8");
  return letters.length < shortestFileChars ? written : "";
}

function markupOf(node: Node, type: string, mode: string): DraftText["markup"] | null {
  if (attributeOf(node, wrappedMark) !== "" || type.includes("html") || mode === "escaped") return "html";
  return type === "" || type.includes("xml") ? null : "text";
}
