import { fromHtml } from "hast-util-from-html";

export interface Tag {
  /** Lower case; end tags are not reported. */
  readonly name: string;
  /** By lower-case name, as written: character references are still in them. Of a repeated one the first. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Where the text behind the tag begins. */
  readonly endsAt: number;
}

/** Their content is text to its end tag, whatever it looks like (HTML standard, 13.2.5.2 to .4). */
const RAW_TEXT: ReadonlySet<string> = new Set([
  "iframe",
  "noembed",
  "noframes",
  "script",
  "style",
  "textarea",
  "title",
  "xmp",
]);

const NAME = /[a-z][^\s/>]*/iuy;
const ATTRIBUTE = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?/uy;
const TAG_END = /[\s/]*>/uy;

/**
 * The start tags of a page in order, in one pass: time grows with the length of the text alone, whatever it contains. What
 * browsers repair by building a tree (misnested elements, links in the body) makes no difference to a list of tags.
 */
export function* startTags(html: string): Generator<Tag> {
  let at = html.indexOf("<");
  while (at !== -1) {
    const next = html.charAt(at + 1);
    let end = at + 1;
    if (next === "!" || next === "?") end = skipDeclaration(html, at);
    if (/^[a-z]$/iu.test(next)) {
      const tag = readTag(html, at + 1);
      if (tag === null) return;
      yield tag;
      end = RAW_TEXT.has(tag.name) ? skipRawText(html, tag) : tag.endsAt;
    }
    at = html.indexOf("<", end);
  }
}

/** Null: the text ends inside the tag. */
function readTag(html: string, nameAt: number): Tag | null {
  const name = matchAt(NAME, html, nameAt)?.[0] ?? "";
  const attributes = new Map<string, string>();
  let at = nameAt + name.length;
  for (;;) {
    const attribute = matchAt(ATTRIBUTE, html, at);
    if (attribute === null) break;
    const [whole, key = "", double, single, bare] = attribute;
    const lowerKey = key.toLowerCase();
    if (!attributes.has(lowerKey)) attributes.set(lowerKey, double ?? single ?? bare ?? "");
    at += whole.length;
  }
  const close = matchAt(TAG_END, html, at)?.[0];
  if (close === undefined) return null;
  return { name: name.toLowerCase(), attributes, endsAt: at + close.length };
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

/** What is never closed reaches to the end of the text, so it is searched for once only. */
function skipDeclaration(html: string, at: number): number {
  const close = html.startsWith("<!--", at) ? "-->" : ">";
  const end = html.indexOf(close, at + 2);
  return end === -1 ? html.length : end + close.length;
}

function skipRawText(html: string, { name, endsAt }: Tag): number {
  const close = new RegExp(`</${name}[\\s/>]`, "giu");
  close.lastIndex = endsAt;
  return close.exec(html)?.index ?? html.length;
}

/** An attribute's value with its character references replaced, as a browser would. */
export function decodeAttribute(raw: string): string {
  if (!raw.includes("&")) return raw;
  const { children } = fromHtml(`<i title="${raw.replaceAll('"', "&quot;")}">`, { fragment: true });
  const [element] = children;
  const title = element?.type === "element" ? element.properties["title"] : null;
  return typeof title === "string" ? title : raw;
}
