import { decodeEntities } from "../feed/parse/entities.ts";
import { MarkupScanner, tagNameAt } from "../feed/parse/markup-scanner.ts";
import { MOST_TAG_CHARS } from "./list-limits.ts";

/** A start tag of an outline: its attributes by their names in lower case. */
export interface Outline {
  readonly attributes: ReadonlyMap<string, string>;
  /** It has no outlines within it. */
  readonly isLeaf: boolean;
}

/**
 * The outlines of an OPML document, folders and feeds alike, in order. Tags are read one by one and not as a tree: hardly a
 * program checks what it writes as OPML, and a tag that was never closed, a `<` or `&` in a title, or an end that is missing
 * must not cost the feeds around it. Never throws; costs as much as the text is long.
 */
export function* outlinesOf(text: string): Generator<Outline> {
  const scanner = new MarkupScanner(text);
  for (let open = text.indexOf("<"); open !== -1;) {
    const skipped = endOfAside(scanner, open);
    if (skipped !== null) {
      open = text.indexOf("<", skipped);
      continue;
    }
    const name = tagNameAt(text, open + 1);
    const isOutline = /^(?:\w{1,40}:)?outline$/i.test(name);
    const end = isOutline ? scanner.endOfTag(open + 1 + name.length) : -1;
    if (end !== -1 && end - open <= MOST_TAG_CHARS) {
      const tag = text.slice(open + 1 + name.length, end - 1);
      yield { attributes: attributesOf(tag), isLeaf: tag.endsWith("/") };
    }
    open = text.indexOf("<", end === -1 ? open + 1 : end);
  }
}

/** Index after a comment or a CDATA section; null where none begins. One without an end is none. */
function endOfAside(scanner: MarkupScanner, open: number): number | null {
  const { text } = scanner;
  const end = text.startsWith("<!--", open)
    ? scanner.after("-->", open + 4)
    : text.startsWith("<![CDATA[", open)
      ? scanner.after("]]>", open + 9)
      : -1;
  return end === -1 ? null : end;
}

const attribute = /([\p{L}_][\p{L}\p{N}_:.-]{0,60})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/gu;

/** The first of two with one name counts. Line breaks are spaces, as in XML. */
function attributesOf(tag: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", double, single, bare] of tag.matchAll(attribute)) {
    const key = name.toLowerCase();
    const raw = double ?? single ?? bare?.replace(/\/$/, "") ?? "";
    if (!found.has(key)) found.set(key, decodeEntities(raw.replaceAll(/[\t\r\n]/g, " ")).trim());
  }
  return found;
}
