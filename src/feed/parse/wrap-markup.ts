import { type MarkupScanner, tagNameAt } from "./markup-scanner.ts";

/** Elements whose content is text for people, and may be written as inline markup. Canonical names (`element-names.ts`). */
const textElements = new Set([
  ..."title subtitle tagline info summary description content:encoded xhtml:body body".split(" "),
  ..."atom:title atom:summary atom:content dc:title dc:description media:title media:description itunes:summary".split(
    " ",
  ),
]);

export function holdsText(canonicalName: string): boolean {
  return textElements.has(canonicalName);
}

export interface WrappedMarkup {
  /** A CDATA section; null when the content holds no elements and may stay as it is. */
  readonly cdata: string | null;
  /** Index of the element's own end tag. */
  readonly end: number;
}

/**
 * The content of an element up to its own end tag, as one CDATA section when it holds elements: a parser into objects loses the
 * order of text and elements. Null when the end tag does not come before the entry ends.
 */
export function wrapMarkup(
  scanner: MarkupScanner,
  start: number,
  name: string,
  isXhtml: boolean,
): WrappedMarkup | null {
  const { text } = scanner;
  if (scanner.after(`</${name}`, start) === -1) return null;
  let depth = 1;
  let hasMarkup = false;
  for (let open = text.indexOf("<", start); open !== -1;) {
    const passed = endOfOpaque(scanner, open);
    if (passed === -1) return null;
    const closing = text.charAt(open + 1) === "/";
    const tag = passed === null ? tagNameAt(text, open + (closing ? 2 : 1)) : "";
    if (closing && isEntry(tag)) return null;
    if (tag === name) depth += depthChange(scanner, open, closing);
    if (depth === 0) return { cdata: hasMarkup ? toCdata(text.slice(start, open), isXhtml) : null, end: open };
    hasMarkup ||= passed === null;
    open = text.indexOf("<", passed ?? open + 1);
  }
  return null;
}

function isEntry(tag: string): boolean {
  return /^(?:[\w-]{1,40}:)?(?:item|entry)$/i.test(tag);
}

function depthChange(scanner: MarkupScanner, open: number, closing: boolean): number {
  if (closing) return -1;
  const end = scanner.endOfTag(open + 1);
  return scanner.text.charAt(end - 2) === "/" ? 0 : 1;
}

/** Index after a CDATA section, comment or processing instruction; null when something else begins, -1 when it never ends. */
export function endOfOpaque(scanner: MarkupScanner, open: number): number | null {
  if (scanner.text.startsWith("<![CDATA[", open)) return scanner.after("]]>", open);
  if (scanner.text.startsWith("<!--", open)) return scanner.after("-->", open);
  return scanner.text.startsWith("<?", open) ? scanner.after("?>", open) : null;
}

/** In XHTML a CDATA section is text; elsewhere it is HTML like its surroundings. */
function toCdata(inner: string, isXhtml: boolean): string {
  const html = inner.includes("<![CDATA[") ? withoutSections(inner, isXhtml) : inner;
  return `<![CDATA[${html.replace(/(<\/?)(?:xhtml|html|h):(?=[a-z])/g, "$1").replaceAll("]]>", "]]&gt;")}]]>`;
}

function withoutSections(inner: string, isXhtml: boolean): string {
  const [first = "", ...rest] = inner.split("<![CDATA[");
  const parts = rest.map((part) => {
    const [section = "", ...behind] = part.split("]]>");
    const content = isXhtml ? section.replaceAll("&", "&amp;").replaceAll("<", "&lt;") : section;
    return content + behind.join("]]>");
  });
  return first + parts.join("");
}
