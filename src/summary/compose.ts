import type { Root } from "mdast";
import type { Entry } from "../feed/entry.ts";
import { foldSpace, htmlToPlain } from "../feed/text.ts";
import { cutRoot } from "./cut.ts";
import { readHtml } from "./html.ts";
import { toPlainText } from "./markdown.ts";
import type { Summary } from "./summary.ts";
import { wellFormed } from "./well-formed.ts";

export interface SummaryOptions {
  /** Longest excerpt, in characters of plain text; 0 for none, which also saves reading the content. */
  readonly excerptChars: number;
}

const wordsPerMinute = 200;
/** In scripts without spaces two characters count as a word. */
const unspacedCharsPerWord = 2;

/** What is to be said of an entry: its content cleaned and cut, its picture, how long it is to read. */
export function summarize(entry: Entry & { readonly entryId: string }, options: SummaryOptions): Summary {
  const said = {
    entryId: entry.entryId,
    title: entry.title,
    url: entry.link,
    author: entry.author,
    source: entry.source,
    publishedAt: entry.publishedAt,
    protected: entry.protected,
  };
  const nothing: Root = { type: "root", children: [] };
  if (entry.protected) return { ...said, excerpt: nothing, image: "", minutes: 0 };
  if (options.excerptChars <= 0)
    return { ...said, excerpt: nothing, image: entry.image, minutes: minutesToRead(entry.html) };
  const { root, image } = readHtml(entry.html);
  const excerpt = cutRoot(withoutTitle(wellFormed(root), entry.title), options.excerptChars);
  return { ...said, excerpt, image: entry.image || image, minutes: minutesToRead(entry.html) };
}

/** Many posts begin with their own title; it is shown above already. */
function withoutTitle(root: Root, title: string): Root {
  const [first, ...rest] = root.children;
  if (first?.type !== "heading" && first?.type !== "paragraph") return root;
  return isSame(toPlainText(first), title) ? { ...root, children: rest } : root;
}

function isSame(text: string, title: string): boolean {
  return title !== "" && foldSpace(text).toLowerCase() === title.toLowerCase();
}

/** Whole minutes, 0 below two: short posts need no warning. */
function minutesToRead(html: string): number {
  const text = htmlToPlain(html);
  const unspaced = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  const spaced = text === "" ? 0 : text.split(" ").length;
  const minutes = Math.round((spaced + unspaced / unspacedCharsPerWord) / wordsPerMinute);
  return minutes < 2 ? 0 : minutes;
}
