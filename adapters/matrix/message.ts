import type { BlockContent, DefinitionContent, ListItem, Paragraph, PhrasingContent, Root } from "mdast";
import { type DetailPost, type DigestSection, type FeedRef, type Outgoing, TooLong } from "../../src/adapter.ts";
import { cutRoot } from "../../src/summary/cut.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { byAuthor, digestHead } from "../../src/summary/digest.ts";
import { toPlainText } from "../../src/summary/markdown.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { type MatrixMentions, mentionsOf, pillHtml, toMention } from "./mention.ts";
import { plain, toMessageHtml, webAddress } from "./markup.ts";

/** The content of an `m.room.message` without what belongs to one delivery of it. */
export interface MessageContent {
  readonly msgtype: "m.text" | "m.notice";
  readonly body: string;
  readonly format: "org.matrix.custom.html";
  readonly formatted_body: string;
  /** Always there: clients and servers then look for no names in the text. Empty unless the follow calls somebody. */
  readonly "m.mentions": MatrixMentions;
}

/**
 * An event may have 65,536 bytes with all that servers add to it. Left free: room for that, and for an edit, which holds a
 * shortened copy of its message beside it.
 */
const MAX_BYTES = 40 * 1024;
const MAX_TITLE_CHARS = 300;
const MAX_NAME_CHARS = 100;
const MAX_URL_CHARS = 2000;
/** Clients fold no long message, and many are phones. */
export const EXCERPT_CHARS = 500;
/** Tried in this order until the message fits. */
const excerptChars = [4000, 1000, 200, 0];
/**
 * Bots listen to what messages begin with, and a title or a name may be “!ban someone”: with this in front no feed gives orders. A
 * notice would be safe from that, but by the default push rules notices notify nobody, and news is what people are here
 * for.
 */
const BULLET = "• ";

type Digest = Extract<Outgoing, { kind: "digest" }>;

export function contentOf(outgoing: Outgoing): MessageContent {
  switch (outgoing.kind) {
    case "post":
      return called(outgoing.mention, postContent(outgoing.feed, outgoing.summary));
    case "digest": {
      const digest = called(outgoing.mention, digestContent(outgoing));
      if (!fits(digest)) throw new TooLong("the digest exceeds a Matrix event");
      return digest;
    }
    case "details":
      return detailsContent(outgoing.posts);
    case "notice": {
      const text = short(outgoing.text, excerptChars[0] ?? 0);
      return content("m.notice", text, [paragraph(words(text))]);
    }
  }
}

/** On a line of its own, above the post. */
function called(mention: string | undefined, message: MessageContent): MessageContent {
  const whom = mention === undefined ? null : toMention(mention);
  if (whom === null) return message;
  return {
    ...message,
    body: `${whom}\n${message.body}`,
    formatted_body: `<p>${pillHtml(whom)}</p>${message.formatted_body}`,
    "m.mentions": mentionsOf(whom),
  };
}

/**
 * The content of an event that puts `message` in the place of another. Clients that know no edits show what stands beside
 * it.
 */
export function editContent(message: MessageContent, of: string): object {
  const { msgtype, body } = message;
  return {
    msgtype,
    body: `* ${short(body, MAX_TITLE_CHARS)}`,
    "m.mentions": {},
    "m.new_content": message,
    "m.relates_to": { rel_type: "m.replace", event_id: of },
  };
}

export function fits(content: object): boolean {
  return Buffer.byteLength(JSON.stringify(content)) <= MAX_BYTES;
}

function content(msgtype: MessageContent["msgtype"], body: string, children: Root["children"]): MessageContent {
  return {
    msgtype,
    body: plain(body),
    format: "org.matrix.custom.html",
    formatted_body: toMessageHtml({ type: "root", children }),
    "m.mentions": {},
  };
}

/** Blocks as a notice; `body` is what clients without HTML show. */
export function noticeContent(body: string, children: Root["children"]): MessageContent {
  return content("m.notice", body, children);
}

function postContent(feed: FeedRef, summary: Summary): MessageContent {
  for (const chars of excerptChars) {
    const post = postWith(feed, summary, cutRoot(summary.excerpt, chars));
    if (fits(post)) return post;
  }
  // Only an excerpt has no limit of its own; without it a post is a few kilobytes.
  return postWith(feed, summary, { type: "root", children: [] });
}

/** Posts below each other, each beginning as one alone does. */
function detailsContent(posts: readonly DetailPost[]): MessageContent {
  const [first, ...others] = posts;
  if (first !== undefined && others.length === 0) return postContent(first.feed, first.summary);
  const parts = posts.map(({ feed, summary }) => postWith(feed, summary, summary.excerpt));
  const all: MessageContent = {
    msgtype: "m.text",
    body: parts.map(({ body }) => body).join("\n\n"),
    format: "org.matrix.custom.html",
    formatted_body: parts.map((part) => part.formatted_body).join(""),
    "m.mentions": {},
  };
  if (!fits(all)) throw new TooLong("the details exceed a Matrix event");
  return all;
}

function postWith(feed: FeedRef, summary: Summary, excerpt: Root): MessageContent {
  const title = `${summary.protected ? "🔒 " : ""}${titleOf(summary)}`;
  const about = aboutOf(feed, summary);
  const url = addressOf(summary);
  const head = paragraph({ type: "strong", children: [linked(title, url)] });
  if (about !== "") head.children.push({ type: "break" }, words(about));
  const said = toPlainText(excerpt).trim();
  return content(
    "m.text",
    [`${BULLET}${title}`, about, said, url ?? ""].filter((line) => line !== "").join("\n"),
    said === "" ? [head] : [head, { type: "blockquote", children: excerpt.children.filter(isBlock) }],
  );
}

const blockTypes: readonly string[] = [
  "paragraph",
  "heading",
  "blockquote",
  "list",
  "code",
  "table",
  "thematicBreak",
  "definition",
];

function isBlock(node: Root["children"][number]): node is BlockContent | DefinitionContent {
  return blockTypes.includes(node.type);
}

function digestContent(digest: Digest): MessageContent {
  const head = digestHead(digest, (name) => short(name, MAX_NAME_CHARS));
  const parts = digest.sections.map((section) => sectionPart(section, digest));
  return content(
    "m.text",
    // A number begins it, or the name of somebody who joins.
    [digest.joined === undefined ? head : `${BULLET}${head}`, ...parts.flatMap(({ lines }) => lines)].join("\n"),
    [paragraph({ type: "strong", children: [words(head)] }), ...parts.flatMap(({ blocks }) => blocks)],
  );
}

/** Blocks, and the same for clients without HTML. */
interface DigestPart {
  readonly lines: readonly string[];
  readonly blocks: readonly BlockContent[];
}

/** A list in a list: clients leave much room between headings and lists. */
function sectionPart(section: DigestSection, { sections, joined }: Digest): DigestPart {
  const feed = sections.length > 1 ? short(section.feed.title, MAX_NAME_CHARS) || "feed" : "";
  const groups = byAuthor(section, joined).map(({ author, summaries }) => ({
    name: short(author, MAX_NAME_CHARS),
    summaries,
  }));
  const items = groups.flatMap(({ name, summaries }) => {
    const rows = summaries.map(itemOf);
    return name === "" ? rows : [listItem([{ type: "emphasis", children: [words(name)] }], [bulletList(rows)])];
  });
  return {
    lines: [
      ...(feed === "" ? [] : [feed]),
      ...groups.flatMap(({ name, summaries }) => [...(name === "" ? [] : [name]), ...summaries.map(lineOf)]),
    ],
    blocks: [...(feed === "" ? [] : [paragraph({ type: "strong", children: [words(feed)] })]), bulletList(items)],
  };
}

function lineOf(one: Summary): string {
  const url = addressOf(one);
  return `${BULLET}${one.protected ? "🔒 " : ""}${titleOf(one)}${url === null ? "" : ` ${url}`}`;
}

function itemOf(one: Summary): ListItem {
  return listItem([...(one.protected ? [words("🔒 ")] : []), linked(titleOf(one), addressOf(one))], []);
}

function listItem(line: readonly PhrasingContent[], below: readonly BlockContent[]): ListItem {
  return { type: "listItem", spread: false, children: [paragraph(...line), ...below] };
}

function bulletList(children: ListItem[]): BlockContent {
  return { type: "list", spread: false, children };
}

function titleOf(summary: Summary): string {
  return short(summary.title, MAX_TITLE_CHARS) || "(no title)";
}

function addressOf(summary: Summary): string | null {
  return summary.url.length > MAX_URL_CHARS ? null : webAddress(summary.url);
}

/** Who wrote it, where, when, and how long it is; Matrix has no times that a client shows in its reader's zone, so that it is the room's. */
function aboutOf(feed: FeedRef, summary: Summary): string {
  const source = summary.source === summary.author ? "" : summary.source;
  const names = [summary.author, source, feed.title].map((name) => short(name, MAX_NAME_CHARS));
  const length = summary.minutes > 1 ? `${String(summary.minutes)} min read` : "";
  return [...names, summary.publishedText, length].filter((part) => part !== "").join(" · ");
}

function paragraph(...children: PhrasingContent[]): Paragraph {
  return { type: "paragraph", children };
}

function words(value: string): PhrasingContent {
  return { type: "text", value };
}

function linked(text: string, url: string | null): PhrasingContent {
  return url === null ? words(text) : { type: "link", url, children: [{ type: "text", value: text }] };
}

/** On one line, at most so many characters. */
function short(text: string, maxChars: number): string {
  return cutLine(plain(text).replaceAll(/\s+/gu, " ").trim(), maxChars);
}
