import type { Root } from "mdast";
import type { Entry } from "../feed/entry.ts";
import { htmlToPlain } from "../feed/text.ts";
import { stampIn, UTC } from "../zone.ts";
import { cutRoot } from "./cut.ts";
import { readHtml } from "./html.ts";
import { altText, noPicture, type Picture } from "./images.ts";
import { toPlainText } from "./markdown.ts";
import { minutesToRead } from "./reading-time.ts";
import type { Summary } from "./summary.ts";

export interface SummaryOptions {
  /** Longest excerpt, in characters of plain text; 0 for none, which also saves reading the content. */
  readonly excerptChars: number;
  /** Sentences without what stands between them, code, lists and headings; unless there is nothing else. */
  readonly prose?: boolean;
  /** IANA name of the time zone in which people read its date; UTC unless it is said. */
  readonly zone?: string;
}

/** What is to be said of an entry: its content cleaned and cut, its picture, how long it is to read. */
export function summarize(entry: Entry & { readonly entryId: string }, options: SummaryOptions): Summary {
  const said = {
    entryId: entry.entryId,
    title: entry.title,
    url: entry.link,
    author: entry.author,
    source: entry.source,
    publishedAt: entry.publishedAt,
    publishedText: publishedText(entry, options),
    protected: entry.protected,
  };
  const nothing: Root = { type: "root", children: [] };
  const named: Picture = { url: entry.image, alt: altText(entry.imageAlt) };
  if (entry.protected) return { ...said, excerpt: nothing, ...pictureFields(noPicture), minutes: 0 };
  const htmlChars = Math.max(1, entry.htmlChars ?? 0, entry.html.length);
  if (options.excerptChars <= 0) {
    const minutes = minutesToRead(htmlToPlain(entry.html), Math.max(1, entry.html.length) / htmlChars);
    return { ...said, excerpt: nothing, ...pictureFields(named), minutes };
  }
  const { root, picture, readChars } = readHtml(entry.html);
  const share = Math.min(1, (Math.max(1, readChars) / htmlChars) * densityOf(entry.html, readChars));
  const content = withoutTitle(root, entry.title);
  const excerpt = cutRead(options.prose === true ? proseOf(content) : content, options.excerptChars, share < 1);
  const minutes = minutesToRead(toPlainText(root), share);
  return { ...said, excerpt, ...pictureFields(leadPicture(named, picture)), minutes };
}

function publishedText({ publishedAt }: Entry, { zone = UTC }: SummaryOptions): string {
  const atMs = Date.parse(publishedAt ?? "");
  return Number.isNaN(atMs) ? "" : stampIn(zone, atMs);
}

/** How much more text than the whole what was read holds, character by character: a post may begin or end with much markup. */
function densityOf(html: string, readChars: number): number {
  if (readChars >= html.length) return 1;
  const read = htmlToPlain(html.slice(0, readChars)).length / Math.max(1, readChars);
  return read === 0 ? 1 : read / (Math.max(1, htmlToPlain(html).length) / html.length);
}

function proseOf(root: Root): Root {
  const children = root.children.filter((block) => block.type === "paragraph" || block.type === "blockquote");
  return children.length === 0 ? root : { ...root, children };
}

/** What was read may end within a word where it is not the whole. */
function cutRead(root: Root, maxChars: number, isPart: boolean): Root {
  const chars = toPlainText(root).length;
  return cutRoot(root, isPart ? Math.min(maxChars, chars - 1) : maxChars);
}

/** The one that the feed names; the post itself may say what it shows. */
function leadPicture(named: Picture, found: Picture): Picture {
  if (named.url === "") return found;
  return named.alt === "" && fileOf(named.url) === fileOf(found.url) ? { ...named, alt: found.alt } : named;
}

/** Sizes of one picture differ in their query, or in numbers behind the name: `a.jpg?w=300`, `a-300x200.jpg`. */
function fileOf(url: string): string {
  return url.replace(/[?#].*$/, "").replace(/-\d{2,4}x\d{2,4}(?=\.\w{3,4}$)/, "");
}

function pictureFields({ url, alt }: Picture): Pick<Summary, "image" | "imageAlt"> {
  return { image: url, imageAlt: url === "" ? "" : alt };
}

/** Many posts begin with their own title; it is shown above already. */
function withoutTitle(root: Root, title: string): Root {
  const [first, ...rest] = root.children;
  if (first?.type !== "heading" && first?.type !== "paragraph") return root;
  return isSame(toPlainText(first), title) ? { ...root, children: rest } : root;
}

function isSame(text: string, title: string): boolean {
  return title !== "" && text.length < 2 * title.length + 20 && bare(text) === bare(title);
}

/** Letters and numbers alone: titles lose markup, and gain typography. Releases are called "v1.2" or "1.2". */
function bare(text: string): string {
  const letters = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Sm}\p{Sc}\p{So}]+/gu, "")
    .replace(/^v(?=\p{N})/u, "");
  return letters === "" ? text.trim() : letters;
}
