import { createHash } from "node:crypto";
// discord.js takes these from here, too: a message can be written, and shown, without loading the whole SDK.
import {
  type APIComponentInContainer,
  type APIContainerComponent,
  type APITextDisplayComponent,
  ComponentType,
} from "discord-api-types/v10";
import { type DetailPost, type FeedRef, type Outgoing, TooLong } from "../../src/adapter.ts";
import { cutRoot } from "../../src/summary/cut.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { byAuthor, digestHead } from "../../src/summary/digest.ts";
import { escapeLineStarts, escapeText, maskedLink, plain, safeUrl } from "./escape.ts";
import { toMention } from "./mention.ts";
import { MOST_ALT_CHARS, MOST_LINK_CHARS, MOST_TEXT_CHARS, MOST_URL_CHARS } from "./limits.ts";
import { toDiscord } from "./markdown.ts";
import type { Components } from "./marker.ts";

const MOST_TITLE_CHARS = 256;
const MOST_NAME_CHARS = 100;
const MOST_DIGEST_TITLE_CHARS = 200;
/** In a card, beside a picture, lines are short: ten of them are as much as leaves room for other posts on a screen. */
export const EXCERPT_CHARS = 500;
/** A card is read in passing: more than this nobody reads in a channel. */
const MOST_EXCERPT_CHARS = 1500;
const NOTICE_COLOR = 0x80848e;
/** Of several feeds, each of which has its own. */
const DIGEST_COLOR = 0x5865f2;

/** What is kept of a message until it is surely there. A forum needs to know whose thread it belongs to; null for nobody's. */
export interface Rendered {
  readonly feed: FeedRef | null;
  readonly components: Components;
  /** Whom it calls as a new message. */
  readonly mention?: string;
}

export function render(outgoing: Outgoing): string {
  return JSON.stringify(toRendered(outgoing));
}

function toRendered(outgoing: Outgoing): Rendered {
  switch (outgoing.kind) {
    case "post":
      return called(outgoing.mention, { feed: outgoing.feed, components: [postCard(outgoing)] });
    case "digest":
      return called(outgoing.mention, { feed: soleFeed(outgoing), components: [digestCard(outgoing)] });
    case "details":
      return { feed: null, components: [detailsCard(outgoing.posts)] };
    case "notice":
      return { feed: null, components: [noticeCard(outgoing.text)] };
  }
}

/** Above the card, in a text of its own. */
function called(mention: string | undefined, { feed, components }: Rendered): Rendered {
  const text = mention === undefined ? null : toMention(mention);
  return text === null ? { feed, components } : { feed, components: [textDisplay(text), ...components], mention: text };
}

export function parseRendered(message: string): Rendered {
  return JSON.parse(message) as Rendered;
}

export function textDisplay(content: string): APITextDisplayComponent {
  return { type: ComponentType.TextDisplay, content };
}

export function container(color: number, components: readonly APIComponentInContainer[]): APIContainerComponent {
  return { type: ComponentType.Container, accent_color: color, components: [...components] };
}

function postCard({ feed, summary }: Extract<Outgoing, { kind: "post" }>): APIContainerComponent {
  const head = headText(summary);
  const foot = footText(feed, summary);
  const left = Math.min(MOST_EXCERPT_CHARS, MOST_TEXT_CHARS - head.length - foot.length);
  const excerpt = excerptText(summary, left);
  const texts = [head, excerpt].filter((text) => text !== "").map(textDisplay);
  const image = summary.image === "" ? null : safeUrl(summary.image, MOST_URL_CHARS);
  const body: APIComponentInContainer[] =
    image === null ? texts : excerpt === "" ? [...texts, picture(image, summary)] : [beside(texts, image, summary)];
  return container(colorOf(feed.id), [...body, textDisplay(foot)]);
}

/** A small picture beside the words; where there are none, a large one below. */
function beside(components: APITextDisplayComponent[], url: string, summary: Summary): APIComponentInContainer {
  const accessory = { type: ComponentType.Thumbnail as const, media: { url }, ...described(summary) };
  return { type: ComponentType.Section, components, accessory };
}

function picture(url: string, summary: Summary): APIComponentInContainer {
  return { type: ComponentType.MediaGallery, items: [{ media: { url }, ...described(summary) }] };
}

/** What a picture shows, for those who cannot see it. */
function described(summary: Summary): { readonly description?: string } {
  const description = cutLine(plain(summary.imageAlt).trim(), MOST_ALT_CHARS);
  return description === "" ? {} : { description };
}

function headText(summary: Summary): string {
  const title = `${summary.protected ? "🔒 " : ""}${titleLink(summary, MOST_TITLE_CHARS)}`;
  const source = summary.source === summary.author ? "" : summary.source;
  const names = [summary.author, source].map(nameText);
  const [author = "", more = ""] = names;
  const byline = [author === "" ? "" : `**${author}**`, more].filter((part) => part !== "").join(" · ");
  return [byline, `### ${title}`].filter((line) => line !== "").join("\n");
}

function nameText(name: string): string {
  return escapeText(cutLine(plain(name).trim(), MOST_NAME_CHARS));
}

function titleLink(summary: Summary, maxChars: number): string {
  return maskedLink(cutLine(plain(summary.title).trim(), maxChars) || "(no title)", summary.url, MOST_LINK_CHARS);
}

function footText(feed: FeedRef, summary: Summary): string {
  const name = escapeText(cutLine(plain(feed.title).trim() || feed.url, MOST_NAME_CHARS));
  const length = summary.minutes > 1 ? `${String(summary.minutes)} min read` : "";
  const parts = [name, timeText(summary.publishedAt), length].filter((part) => part !== "");
  return `-# ${parts.join(" · ")}`;
}

/** API Reference, "Timestamp Styles": each reader sees their own time and language. */
function timeText(publishedAt: string | null): string {
  const seconds = Math.floor(Date.parse(publishedAt ?? "") / 1000);
  return Number.isNaN(seconds) ? "" : `<t:${String(seconds)}:f>`;
}

/** Escaping makes text longer, so it is cut by what comes out. */
function excerptText(summary: Summary, maxChars: number): string {
  for (let chars = maxChars; chars >= 20; chars = Math.floor(chars * 0.8)) {
    const text = toDiscord(cutRoot(summary.excerpt, chars).children);
    if (text.length <= maxChars) return text;
  }
  return "";
}

type Digest = Extract<Outgoing, { kind: "digest" }>;

function soleFeed({ sections }: Digest): FeedRef | null {
  return sections.length === 1 ? (sections[0]?.feed ?? null) : null;
}

function digestCard(digest: Digest): APIContainerComponent {
  const feed = soleFeed(digest);
  const head = `${feed === null ? "##" : "###"} ${digestHead(digest, nameText)}`;
  const lines = digest.sections.flatMap((section) => [
    ...(feed === null ? [`### ${nameText(section.feed.title) || "feed"}`] : []),
    ...byAuthor(section, digest.joined).flatMap(({ author, summaries }) => {
      const name = nameText(author);
      return [...(name === "" ? [] : [`**${name}**`]), ...summaries.map(digestRow)];
    }),
  ]);
  const content = [head, ...lines].join("\n");
  if (content.length + (digest.mention ?? "").length > MOST_TEXT_CHARS)
    throw new TooLong(`a digest of ${String(content.length)} characters`);
  return container(feed === null ? DIGEST_COLOR : colorOf(feed.id), [textDisplay(content)]);
}

function digestRow(summary: Summary): string {
  return `- ${summary.protected ? "🔒 " : ""}${titleLink(summary, MOST_DIGEST_TITLE_CHARS)}`;
}

/** Posts below each other in one card. */
function detailsCard(posts: readonly DetailPost[]): APIContainerComponent {
  const [first, ...others] = posts;
  if (first !== undefined && others.length === 0)
    return postCard({ kind: "post", feed: first.feed, summary: { ...first.summary, image: "" } });
  const texts = posts.map(({ feed, summary }) => {
    const text = [headText(summary), excerptText(summary, MOST_EXCERPT_CHARS), footText(feed, summary)];
    return text.filter((part) => part !== "").join("\n");
  });
  const chars = texts.reduce((sum, { length }) => sum + length, 0);
  if (chars > MOST_TEXT_CHARS) throw new TooLong(`details of ${String(chars)} characters`);
  const body = texts.flatMap((text, at): APIComponentInContainer[] => [
    ...(at === 0 ? [] : [{ type: ComponentType.Separator as const }]),
    textDisplay(text),
  ]);
  const feedIds = new Set(posts.map(({ feed }) => feed.id));
  return container(first !== undefined && feedIds.size === 1 ? colorOf(first.feed.id) : DIGEST_COLOR, body);
}

function noticeCard(text: string): APIContainerComponent {
  return container(NOTICE_COLOR, [textDisplay(noticeText(text) || "…")]);
}

/** Escaping makes text at most twice as long. */
function noticeText(text: string): string {
  const written = (said: string): string => escapeLineStarts(said.split("\n").map(escapeText).join("\n"));
  const whole = written(text);
  return whole.length <= MOST_TEXT_CHARS ? whole : written(cutLine(text, MOST_TEXT_CHARS / 2));
}

/** A colour of its own for each feed, the same for ever; bright enough for both themes. */
export function colorOf(feedId: string): number {
  const hue = createHash("sha256").update(feedId).digest().readUInt16BE(0) % 360;
  const channel = (shift: number): number => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (0.55 - 0.36 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return (channel(0) << 16) | (channel(8) << 8) | channel(4);
}
