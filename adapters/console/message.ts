import type { FeedRef, Outgoing } from "../../src/adapter.ts";
import { byAuthor, digestHead } from "../../src/summary/digest.ts";
import { headline } from "../../src/summary/headline.ts";
import { toMention } from "./mention.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import type { Summary } from "../../src/summary/summary.ts";

/** One entry in a line of a transcript. */
export interface TranscriptEntry {
  readonly entry: string;
  /** The feed's URL. */
  readonly feed: string;
  readonly author: string;
  readonly title: string;
  readonly url: string;
  readonly publishedAt: string | null;
}

/** As much as a terminal of eighty columns shows in eight lines. */
export const EXCERPT_CHARS = 600;

/** What a line of a transcript says, without the key and the time of its posting. */
export interface TranscriptMessage {
  readonly kind: "post" | "digest" | "edit" | "notice";
  /** The feed's URL; "" for what is about no feed, or several. */
  readonly feed: string;
  readonly entries: readonly TranscriptEntry[];
  /** In a digest of one author who is new in the feed: that author. */
  readonly joined?: string;
  /** Whom it calls. */
  readonly mention?: string;
  readonly text: string;
  /** In an edit: the reference of the message in whose place this one stands, where its line begins in the file. */
  readonly replaces?: number;
}

/** A message as its line says it; null for what is no line of ours. */
export function toPosted(line: string): (TranscriptMessage & { readonly postedAt: string }) | null {
  try {
    const message = JSON.parse(line) as Partial<TranscriptMessage & { readonly postedAt: string }>;
    const { kind, feed = "", entries, text, postedAt } = message;
    if (kind === undefined || !Array.isArray(entries) || text === undefined || postedAt === undefined) return null;
    return { kind, feed, entries, text, postedAt };
  } catch {
    return null;
  }
}

export function headlinesOf({ kind, entries, text }: TranscriptMessage): readonly string[] {
  return kind === "notice" ? [headline(null, text)] : entries.map(({ url, title }) => headline(url, title));
}

export function toTranscript(given: Outgoing): TranscriptMessage {
  const outgoing = onLines(given);
  switch (outgoing.kind) {
    case "post":
      return {
        kind: "post",
        feed: outgoing.feed.url,
        entries: [toEntry(outgoing.summary, outgoing.feed)],
        ...called(outgoing.mention, postText(outgoing.summary, outgoing.feed)),
      };
    case "digest":
      return {
        kind: "digest",
        feed: outgoing.sections.length === 1 ? (outgoing.sections[0]?.feed.url ?? "") : "",
        entries: outgoing.sections.flatMap(({ feed, summaries }) => summaries.map((one) => toEntry(one, feed))),
        ...(outgoing.joined === undefined ? {} : { joined: outgoing.joined }),
        ...called(outgoing.mention, digestText(outgoing)),
      };
    case "details":
      return {
        kind: "digest",
        feed: "",
        entries: outgoing.posts.map(({ feed, summary }) => toEntry(summary, feed)),
        text: outgoing.posts.map(({ feed, summary }) => postText(summary, feed)).join("\n\n"),
      };
    case "notice":
      return { kind: "notice", feed: "", entries: [], text: clean(outgoing.text) };
  }
}

function called(mention: string | undefined, text: string): Pick<TranscriptMessage, "mention" | "text"> {
  const whom = mention === undefined ? null : toMention(mention);
  return whom === null ? { text } : { mention: whom, text: `${text}\n(${whom})` };
}

/** Titles and names end no line, so that none can pass for another. */
function onLines(outgoing: Outgoing): Outgoing {
  if (outgoing.kind === "notice") return outgoing;
  if (outgoing.kind === "post") return { ...outgoing, feed: titled(outgoing.feed), summary: onLine(outgoing.summary) };
  if (outgoing.kind === "details") {
    const posts = outgoing.posts.map(({ feed, summary }) => ({ feed: titled(feed), summary: onLine(summary) }));
    return { ...outgoing, posts };
  }
  const sections = outgoing.sections.map(({ feed, summaries }) => ({
    feed: titled(feed),
    summaries: summaries.map(onLine),
  }));
  return { ...outgoing, sections };
}

function titled(feed: FeedRef): FeedRef {
  return { ...feed, title: line(feed.title) };
}

function onLine(summary: Summary): Summary {
  const { title, author, source, url } = summary;
  return { ...summary, title: line(title), author: line(author), source: line(source), url: line(url) };
}

function toEntry(summary: Summary, feed: FeedRef): TranscriptEntry {
  const { entryId, author, title, url, publishedAt } = summary;
  return { entry: entryId, feed: feed.url, author, title, url, publishedAt };
}

function postText(summary: Summary, feed: FeedRef): string {
  const source = summary.source === summary.author ? "" : summary.source;
  const by = [summary.author, source, feed.title].filter((part) => part !== "").join(" · ");
  const length = summary.minutes > 1 ? `${String(summary.minutes)} min read` : "";
  const foot = [summary.url, summary.publishedText, length].filter((part) => part !== "").join(" · ");
  const title = `${summary.protected ? "🔒 " : ""}${summary.title || "(no title)"}`;
  return [title, by, toMarkdown(summary.excerpt).trim(), foot]
    .map(clean)
    .filter((line) => line !== "")
    .join("\n");
}

function digestText(digest: Extract<Outgoing, { kind: "digest" }>): string {
  const { sections, joined } = digest;
  const lines = sections.flatMap((section) => [
    ...(sections.length > 1 ? [`${section.feed.title}:`] : []),
    ...byAuthor(section, joined).flatMap(({ author, summaries }) => [
      ...(author === "" ? [] : [`${author}:`]),
      ...summaries.map(digestRow),
    ]),
  ]);
  return [digestHead(digest, line), ...lines].map(clean).join("\n");
}

function digestRow(one: Summary): string {
  const title = `${one.protected ? "🔒 " : ""}${one.title || "(no title)"}`;
  return `• ${title}${one.url === "" ? "" : ` ${one.url}`}`;
}

/** A terminal obeys control characters, and those that turn the direction of what follows; a feed must not have its ear. */
export function clean(text: string): string {
  return text
    .replaceAll(/[\t\u2028\u2029]|\r\n?/g, " ")
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replaceAll(/\p{Surrogate}/gu, "\ufffd");
}

/** What must not begin a line of its own. */
function line(text: string): string {
  return clean(text.replaceAll(/\s+/g, " ")).trim();
}
