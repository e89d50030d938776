import { MarkupScanner, tagNameAt } from "./markup-scanner.ts";

export type RootKind = "rss" | "atom" | "rdf";

export interface FeedRoot {
  readonly kind: RootKind;
  /** Index of its `<`. */
  readonly start: number;
  /** Index after its `>`. */
  readonly end: number;
  /** With its prefix, as written. */
  readonly name: string;
  /** The start tag as written. */
  readonly tag: string;
}

export type DocumentRoot =
  | FeedRoot
  | { readonly kind: "json" | "html" | "none" }
  | { readonly kind: "other"; readonly name: string };

/** The root is looked for this far, behind whatever a broken site writes in front of it. */
const searchChars = 65_536;
const feedNames: ReadonlyMap<string, RootKind> = new Map([
  ["rss", "rss"],
  ["feed", "atom"],
  ["rdf", "rdf"],
]);
const otherNames = new Set(["opml", "urlset", "sitemapindex", "envelope", "svg", "error", "service", "manifest"]);

/** What a document is, by its first telling tag. Warnings, prologs, comments and DTDs in front are passed over. */
export function findRoot(text: string): DocumentRoot {
  const first = /^[\s\ufeff]*([[{])/.exec(text.slice(0, searchChars))?.[1];
  if (first !== undefined) return { kind: "json" };
  const scanner = new MarkupScanner(text);
  let end = searchChars;
  let firstName = "";
  let saysHtml = false;
  for (let open = text.indexOf("<"); open !== -1 && open < end;) {
    const skipped = endOfDeclaration(scanner, open);
    saysHtml ||= /^<!doctype\s+html\b/i.test(text.slice(open, open + 40));
    end += skipped === null ? 0 : skipped - open;
    const name = skipped === null ? tagNameAt(text, open + 1) : "";
    const root = name === "" ? null : rootNamed(name, scanner, open);
    if (root !== null) return root;
    if (saysHtml && name !== "") return { kind: "html" };
    firstName ||= name;
    open = text.indexOf("<", skipped ?? open + 1);
  }
  if (saysHtml) return { kind: "html" };
  return firstName === "" ? { kind: "none" } : { kind: "other", name: firstName };
}

function rootNamed(name: string, scanner: MarkupScanner, start: number): DocumentRoot | null {
  const local = name.slice(name.indexOf(":") + 1).toLowerCase();
  const kind = feedNames.get(local);
  if (kind !== undefined) {
    const end = scanner.endOfTag(start + 1 + name.length);
    return end === -1 ? null : { kind, start, end, name, tag: scanner.text.slice(start, end) };
  }
  if (local === "html" || local === "head" || local === "body") return { kind: "html" };
  return otherNames.has(local) ? { kind: "other", name } : null;
}

/** Index after a comment, processing instruction or DTD (with its internal subset); null when `open` begins something else. */
function endOfDeclaration(scanner: MarkupScanner, open: number): number | null {
  const { text } = scanner;
  if (text.startsWith("<!--", open)) return nullWhenAbsent(scanner.after("-->", open));
  if (text.startsWith("<?", open)) return nullWhenAbsent(scanner.after("?>", open));
  if (!/^<!doctype\b/i.test(text.slice(open, open + 10))) return null;
  const subset = text.indexOf("[", open);
  const close = scanner.after(">", open);
  if (subset === -1 || subset > close) return nullWhenAbsent(close);
  const subsetEnd = scanner.after("]", subset);
  return nullWhenAbsent(subsetEnd === -1 ? close : scanner.after(">", subsetEnd));
}

function nullWhenAbsent(index: number): number | null {
  return index === -1 ? null : index;
}
