import { fromRecord, type StoredEntry } from "../feed/entry-record.ts";
import { foldName, nameTokens, peopleIn } from "../feed/names.ts";
import { htmlStart, htmlToPlain } from "../feed/text.ts";
import { tokensOf } from "./tokens.ts";

/** Of the text that is indexed: the rest of a long post says what its beginning does, and would double the index. */
const MOST_TEXT_CHARS = 2_048;
const MOST_ORIGIN_CHARS = 1_500;
const LONGEST_NAME_WORDS = 24;
const LONGEST_SPAN_WORDS = 8;

/** An entry as it is indexed: tokens with spaces between them. */
export interface SearchDocument {
  /** When it was published, in ms; when it was first seen where the feed does not say, or says a later time. */
  readonly atMs: number;
  readonly title: string;
  readonly text: string;
  /** Author and source as words. */
  readonly names: string;
  /** Each author as tokens of `authorTag`. */
  readonly tags: string;
}

/** The words of an entry that are searched, as they are written. */
export function searchedText(entry: StoredEntry): {
  readonly title: string;
  readonly text: string;
  readonly names: string;
} {
  return {
    title: entry.title || entry.titleRaw,
    // In place of a protected post there is a form.
    text: entry.protected ? "" : htmlStart(withoutOrigin(entry.html), MOST_TEXT_CHARS),
    names: [entry.author, entry.source].filter((name) => name !== "").join(" · "),
  };
}

/** WordPress puts it under each post. Summaries leave out much more (`src/summary/boilerplate-lines.ts`); this names every post of a blog. */
const origin =
  /^(?:the (?:post|article|entry) .{1,300} (?:appeared first|first appeared) on|der beitrag .{1,250} erschien zuerst (?:auf|bei)|l[’']article .{1,250} est apparu en premier sur|la entrada .{1,250} (?:se publicó|aparece|apareció) primero en|o (?:post|artigo) .{1,250} apareceu primeiro em|l[’']articolo .{1,250} (?:proviene da|sembra essere il primo su)|het bericht .{1,250} verscheen eerst op|投稿.{1,250}最初に表示されました)/iu;

/** Without the last paragraph where it says only where the post comes from. */
function withoutOrigin(html: string): string {
  const at = html.lastIndexOf("<p");
  if (at === -1 || html.length - at > MOST_ORIGIN_CHARS) return html;
  return origin.test(htmlToPlain(html.slice(at))) ? html.slice(0, at) : html;
}

/** null for what is no record, or says nothing. */
export function toDocument(record: string, seenAtMs: number): SearchDocument | null {
  const entry = fromRecord(record);
  if (entry === null) return null;
  const { title, text, names } = searchedText(entry);
  const words = (written: string): string => tokensOf(written).join(" ");
  return {
    atMs: timeOf(entry, seenAtMs),
    title: words(title),
    text: words(text),
    names: words(names),
    tags: authorTags(entry).join(" "),
  };
}

/** A date of the future would stand above all others until it comes. */
function timeOf({ publishedAt }: StoredEntry, seenAtMs: number): number {
  const publishedMs = publishedAt === null ? Number.NaN : Date.parse(publishedAt);
  return Number.isNaN(publishedMs) ? seenAtMs : Math.max(0, Math.min(publishedMs, seenAtMs));
}

/** The tag that an author has who is called so, whole or in part. */
export function authorTag(name: string): string {
  return tagOf(foldName(name));
}

/** One token, whatever is in the name. */
function tagOf(fold: string): string {
  return /^[a-z\d]{1,60}$/.test(fold) ? `a_${fold}` : `a_${Buffer.from(fold).toString("hex").slice(0, 120)}_`;
}

/**
 * A name is found by consecutive whole words of it, as filters find it (`nameMatches`): each such part is a tag.
 */
function authorTags({ author, source }: StoredEntry): readonly string[] {
  const people = [...peopleIn(author), source].filter((name) => name !== "");
  return [
    ...new Set(
      [author, source]
        .filter((name) => name !== "")
        .map(authorTag)
        .concat(people.flatMap(partsOfName)),
    ),
  ];
}

function partsOfName(name: string): readonly string[] {
  const words = nameTokens(name).slice(0, LONGEST_NAME_WORDS);
  return words.flatMap((_, from) =>
    words.slice(from, from + LONGEST_SPAN_WORDS).map((_, i) => tagOf(words.slice(from, from + i + 1).join(""))),
  );
}
