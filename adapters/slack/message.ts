import type { types } from "@slack/bolt";
import { type DetailPost, type DigestSection, type FeedRef, type Outgoing, TooLong } from "../../src/adapter.ts";
import { cutRoot } from "../../src/summary/cut.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { byAuthor, digestHead } from "../../src/summary/digest.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { parseMention } from "./mention.ts";
import { type Inline, linkOrText, type Part, section, text, toRichText } from "./rich-text.ts";
import { cleanLine, escapeText, linkUrl } from "./words.ts";

/** What is sent of a message besides channel, key and flags. */
export interface SlackMessage {
  /** For notifications and screen readers, where blocks are not shown. */
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
  /** Whom a new message calls, where no blocks can be. */
  readonly mention?: string;
}

/**
 * Slack takes about 12,000 characters over all blocks and does not say how it counts (bolt-js issues 2509, 2867): the JSON,
 * which is longer than whatever is counted, stays below.
 */
const MOST_BLOCKS_CHARS = 11_000;
const MOST_BLOCKS = 50;
/** Lines are long there and a picture stands below: seven or eight of them. */
export const EXCERPT_CHARS = 600;
const MOST_EXCERPT_CHARS = 3000;
const LEAST_EXCERPT_CHARS = 40;
const MOST_TITLE_CHARS = 300;
/** Slack takes 2,000 (image block, "alt_text"). */
const MOST_ALT_CHARS = 1000;
const MOST_NAME_CHARS = 120;
const MOST_FALLBACK_CHARS = 400;

export function toMessage(outgoing: Outgoing): SlackMessage {
  switch (outgoing.kind) {
    case "post":
      return called(outgoing.mention, postMessage(outgoing.summary, outgoing.feed));
    case "digest":
      return called(outgoing.mention, digestMessage(outgoing));
    case "details":
      return detailsMessage(outgoing.posts);
    case "notice":
      return noticeMessage(outgoing.text);
  }
}

/** In a block of its own, above the post. */
function called(mention: string | undefined, { text: fallback, blocks }: SlackMessage): SlackMessage {
  const who = mention === undefined ? null : parseMention(mention);
  if (who === null) return { text: fallback, blocks };
  const first: types.KnownBlock = { type: "rich_text", elements: [section([who.element])] };
  return { text: fallback, blocks: [first, ...blocks], mention: who.text };
}

function fits(blocks: readonly types.KnownBlock[]): boolean {
  return JSON.stringify(blocks).length <= MOST_BLOCKS_CHARS;
}

function postMessage(summary: Summary, feed: FeedRef): SlackMessage {
  const title = titleOf(summary);
  const by = nameOf(summary.author) || nameOf(feed.title);
  const fallback = fallbackText(by === "" ? title : `${by}: ${title}`);
  for (let chars = MOST_EXCERPT_CHARS; chars >= LEAST_EXCERPT_CHARS; chars = Math.floor(chars / 2)) {
    const blocks = postBlocks(summary, feed, toRichText(cutRoot(summary.excerpt, chars).children));
    if (fits(blocks)) return { text: fallback, blocks };
  }
  return { text: fallback, blocks: postBlocks({ ...summary, image: "" }, feed, []) };
}

/** Posts below each other. Three blocks each and a line between them: a message of Slack has fifty at most. */
function detailsMessage(posts: readonly DetailPost[]): SlackMessage {
  const [first, ...others] = posts;
  if (first !== undefined && others.length === 0) return postMessage({ ...first.summary, image: "" }, first.feed);
  const blocks = posts.flatMap(({ feed, summary }, at): types.KnownBlock[] => [
    ...(at === 0 ? [] : [{ type: "divider" as const }]),
    ...postBlocks({ ...summary, image: "" }, feed, toRichText(summary.excerpt.children)),
  ]);
  if (!fits(blocks) || blocks.length > MOST_BLOCKS) throw new TooLong(`${String(posts.length)} details`);
  return { text: fallbackText(posts.map(({ summary }) => titleOf(summary)).join(" · ")), blocks };
}

function postBlocks(summary: Summary, feed: FeedRef, excerpt: readonly Part[]): types.KnownBlock[] {
  const lock: Inline[] = summary.protected ? [text("🔒 ", {})] : [];
  const head = section([...lock, linkOrText(summary.url, titleOf(summary), { bold: true }), text("\n", {})]);
  const by = bylineOf(summary);
  return [
    ...(by === "" ? [] : [{ type: "context" as const, elements: [plainText(by)] }]),
    { type: "rich_text", elements: [head, ...excerpt] },
    ...imageBlocks(summary),
    { type: "context", elements: [...footOf(summary, feed)] },
  ];
}

function titleOf(summary: Summary): string {
  return cutLine(cleanLine(summary.title), MOST_TITLE_CHARS) || "(no title)";
}

function nameOf(name: string): string {
  return cutLine(cleanLine(name), MOST_NAME_CHARS);
}

function imageBlocks(summary: Summary): types.KnownBlock[] {
  const url = linkUrl(summary.image);
  return url === null ? [] : [{ type: "image", image_url: url, alt_text: altOf(summary) }];
}

/** Required by Slack, and read out: what the picture shows, else what it belongs to. */
function altOf(summary: Summary): string {
  return cutLine(cleanLine(summary.imageAlt), MOST_ALT_CHARS) || titleOf(summary);
}

/** Who wrote it comes first, as it does on a planet: below a long excerpt and a picture nobody would look for it. */
function bylineOf(summary: Summary): string {
  const source = summary.source === summary.author ? "" : summary.source;
  return [summary.author, source]
    .map(nameOf)
    .filter((name) => name !== "")
    .join(" · ");
}

/** Names are plain text, since Slack looks for mentions in mrkdwn; only the date is written by ourselves. */
function footOf(summary: Summary, feed: FeedRef): (types.PlainTextElement | types.MrkdwnElement)[] {
  const length = summary.minutes > 1 ? `${String(summary.minutes)} min read` : "";
  const date = localDate(summary);
  return [
    plainText(nameOf(feed.title) || "feed"),
    ...(date === null ? [] : [date]),
    ...(length === "" ? [] : [plainText(length)]),
  ];
}

function plainText(value: string): types.PlainTextElement {
  return { type: "plain_text", text: value, emoji: false };
}

/** In the reader's own time zone and words; in the channel's where a client knows no such times. */
function localDate({ publishedAt, publishedText }: Summary): types.MrkdwnElement | null {
  const seconds = Math.floor(Date.parse(publishedAt ?? "") / 1000);
  if (!Number.isFinite(seconds)) return null;
  return {
    type: "mrkdwn",
    text: `<!date^${String(seconds)}^{date_short_pretty} {time}|${publishedText}>`,
    verbatim: true,
  };
}

function digestMessage(digest: Extract<Outgoing, { kind: "digest" }>): SlackMessage {
  const head = digestHead(digest, nameOf);
  const elements = [
    section([text(head, { bold: true })]),
    ...digest.sections.flatMap((one) => sectionParts(one, digest)),
  ];
  const blocks: types.KnownBlock[] = [{ type: "rich_text", elements }];
  if (!fits(blocks)) throw new TooLong(`a digest of ${String(JSON.stringify(blocks).length)} characters`);
  return { text: fallbackText(head), blocks };
}

function sectionParts(one: DigestSection, { sections, joined }: Extract<Outgoing, { kind: "digest" }>): Part[] {
  const feed = section([text(`\n${nameOf(one.feed.title) || "feed"}`, { bold: true })]);
  return [
    ...(sections.length > 1 ? [feed] : []),
    ...byAuthor(one, joined).flatMap(({ author, summaries }): Part[] => {
      const name = nameOf(author);
      const rows = summaries.map((summary) => section(digestRow(summary)));
      return [
        ...(name === "" ? [] : [section([text(name, { italic: true })])]),
        { type: "rich_text_list", style: "bullet", elements: rows },
      ];
    }),
  ];
}

function digestRow(summary: Summary): Inline[] {
  const lock: Inline[] = summary.protected ? [text("🔒 ", {})] : [];
  return [...lock, linkOrText(summary.url, cutLine(titleOf(summary), MOST_NAME_CHARS * 2), {})];
}

function noticeMessage(notice: string): SlackMessage {
  const said = cutLine(cleanLine(notice), MOST_EXCERPT_CHARS) || " ";
  return { text: fallbackText(said), blocks: [{ type: "rich_text", elements: [section([text(said, {})])] }] };
}

export function fallbackText(value: string): string {
  return escapeText(cutLine(cleanLine(value), MOST_FALLBACK_CHARS));
}
