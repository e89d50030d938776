import { decodeEntities } from "./parse/entities.ts";
import { MarkupScanner, tagNameAt } from "./parse/markup-scanner.ts";

const maxTitleChars = 1_000;
const LONGEST_ENTITY = 40;
/** Tags between which no space belongs: "foo<b>bar</b>" is one word. */
const inlineTags = new Set(
  "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var wbr".split(
    " ",
  ),
);
const otherTags = new Set(
  "address article aside audio blockquote body br button center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe img input label legend li link main meta nav noscript object ol option p picture pre script section select source style summary svg table tbody td textarea tfoot th thead time title tr ul video".split(
    " ",
  ),
);
/** Their content is no text. */
const silentTags = new Set(["script", "style", "head", "template", "noframes"]);

/** HTML as one line of text: tags stripped, entities decoded, white space folded. Linear, for fingerprints and word filters. */
export function htmlToPlain(html: string): string {
  return foldSpace(decodeEntities(stripTags(html, () => true)));
}

/** The first `maxChars` of what `htmlToPlain` makes of it, without reading much more. */
export function htmlStart(html: string, maxChars: number): string {
  for (let enough = 2 * maxChars; ; enough *= 4) {
    const bare = stripTags(html, () => true, enough);
    const text = foldSpace(decodeEntities(bare));
    // An entity may be cut in two at the end of what was read.
    if (bare.length < enough || text.length >= maxChars + LONGEST_ENTITY) return cutChars(text, maxChars);
  }
}

/**
 * A title or a name as one line of text, at most 1,000 characters. Only tags that HTML knows are stripped, so that
 * "Vec<T>" stays, and in "text" (Atom's default) only where they evidently are markup. What is still escaped after one
 * decoding was evidently escaped twice.
 */
export function titleText(value: string, markup: "text" | "html"): string {
  const written = value.slice(0, 20 * maxTitleChars);
  const bare = markup === "html" || hasEvidentMarkup(written) ? stripTags(written, isKnownTag) : written;
  const once = decodeEntities(bare);
  const twice = evidentlyEscaped.test(once) ? decodeEntities(once) : once;
  const line = foldSpace(foldSpace(twice).replace(invisible, "").replace(markPile, "$1"));
  return cutChars(line, maxTitleChars).trimEnd();
}

const evidentlyEscaped = /&(?:#\d{2,6}|#x[\da-f]{2,5}|amp|quot|apos|nbsp|hellip|[lr][sd]quo|[mn]dash);/i;
/** Control characters, zero width space, joiners of words, bidirectional embeddings, overrides and isolates (UAX #9), annotation marks. */
const invisible = /[\p{Cc}\u200b\u202a-\u202e\u2060-\u2069\ufff9-\ufffb]/gu;
/** More marks on one letter than any script needs. */
const markPile = /(\p{M}{6})\p{M}+/gu;

/** Single spaces are most of all white space, and stay: each replacement costs as much as a search through a paragraph. */
export function foldSpace(text: string): string {
  return text.replace(/\s{2,}|[^\S ]/g, " ").trim();
}

/** The first `maxChars` UTF-16 units, without half a surrogate pair at the end. */
export function cutChars(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const endsInHalf = (text.charCodeAt(maxChars - 1) & 0xfc00) === 0xd800;
  return text.slice(0, endsInHalf ? maxChars - 1 : maxChars);
}

/** Whether text that is said to be plain is HTML all the same. */
export function hasEvidentMarkup(text: string): boolean {
  return /<\/(?:a|b|i|em|p|div|span|strong|code|u|s|sub|sup|font|h[1-6])>|<(?:br|img|wbr)\b[^<>]{0,2000}>/i.test(text);
}

function isKnownTag(name: string): boolean {
  return inlineTags.has(name) || otherTags.has(name);
}

/** Walks from `<` to `<` with `indexOf`, until it has `enough` characters; a `<` that opens nothing is text. */
function stripTags(html: string, strips: (name: string) => boolean, enough = Infinity): string {
  const scanner = new MarkupScanner(html);
  let text = "";
  let at = 0;
  for (let open = html.indexOf("<"); open !== -1; open = html.indexOf("<", Math.max(at, open + 1))) {
    const tag = tagAt(scanner, open);
    if (tag === null || !(tag.name === "!" || strips(tag.name))) continue;
    text += html.slice(at, open);
    if (!inlineTags.has(tag.name)) text += " ";
    at = silentTags.has(tag.name) && !tag.closing ? endOfContent(scanner, tag) : tag.end;
    if (text.length >= enough) return text;
  }
  return text + html.slice(at);
}

interface Tag {
  /** Lower case; "!" for comments, doctypes, processing instructions and the borders of CDATA sections. */
  readonly name: string;
  readonly closing: boolean;
  /** Index after `>`. */
  readonly end: number;
}

function tagAt(scanner: MarkupScanner, open: number): Tag | null {
  const { text } = scanner;
  const mark = text.charAt(open + 1);
  if (mark === "!" || mark === "?") {
    const end = text.startsWith("<![CDATA[", open)
      ? open + 9
      : scanner.after(text.startsWith("<!--", open) ? "-->" : ">", open + 2);
    return end === -1 ? null : { name: "!", closing: false, end };
  }
  const closing = mark === "/";
  const nameStart = open + (closing ? 2 : 1);
  const name = tagNameAt(text, nameStart);
  const end = name === "" ? -1 : scanner.endOfTag(nameStart + name.length);
  return end === -1 ? null : { name: name.toLowerCase(), closing, end };
}

function endOfContent(scanner: MarkupScanner, tag: Tag): number {
  const closer = `</${tag.name}`;
  const end = scanner.after(closer, tag.end);
  return end === -1 ? tag.end : end - closer.length;
}
