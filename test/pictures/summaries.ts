import type { Element } from "hast";
import { toHtml } from "hast-util-to-html";
import type { Outgoing } from "../../src/adapter.ts";
import { understandEntries } from "../../src/feed/authors.ts";
import { parseFeed } from "../../src/feed/parse/parse.ts";
import { summarize } from "../../src/summary/compose.ts";
import { platforms } from "../output/platforms.ts";
import { isJson, type Json, listOf, textOf } from "../platforms/discord/json.ts";
import { type Fields, isFields } from "../platforms/slack/json.ts";
import { see } from "../platforms/slack/see.ts";
import { componentType, withNested } from "../platforms/discord/component-rules.ts";
import { consolePosts } from "./console.ts";
import { discordPosts } from "./discord.ts";
import { matrixPosts } from "./matrix.ts";
import { slackPosts } from "./slack.ts";
import { type Kind, kinds, kindsDocument } from "./kinds.ts";
import { h } from "./tree.ts";

/** As posts are composed (relay/compose.ts). */
const EXCERPT_CHARS = 600;
const FEED_URL = "https://planet.harbour.example/kinds.xml";

/** One kind of entry, and what each adapter writes of it, by the platform's name. */
export interface Written {
  readonly kind: Kind;
  readonly messages: ReadonlyMap<string, string>;
}

/** The way from the document to the messages, without a network in between. */
export async function writeKinds(): Promise<readonly Written[]> {
  const origin = { url: FEED_URL, contentType: "application/rss+xml", whole: true };
  const outcome = await parseFeed(Buffer.from(kindsDocument()), origin);
  if (outcome.kind !== "feed") throw new Error(outcome.reason);
  const entries = understandEntries(outcome.document.entries, new Set());
  return kinds.map((kind, i) => {
    const entry = entries[i];
    if (entry === undefined) throw new Error(`nothing was read of ${kind.name}`);
    const summary = summarize({ ...entry, entryId: `kinds.${String(i + 1)}` }, { excerptChars: EXCERPT_CHARS });
    const post: Outgoing = { kind: "post", feed: { id: "kinds", url: FEED_URL, title: "Planet Harbour" }, summary };
    return { kind, messages: new Map(platforms.map(({ name, render }) => [name, render(post)])) };
  });
}

/** A message as words: the platform's own markup, or, where that is JSON, what it says. */
const asWords: Readonly<Record<string, (message: string) => string>> = {
  Discord: (message) => discordWords(JSON.parse(message) as Json),
  Slack: (message) => slackWords(JSON.parse(message) as { blocks: unknown[] }),
  Matrix: (message) => (JSON.parse(message) as { formatted_body: string }).formatted_body,
  Console: (message) => (JSON.parse(message) as { text: string }).text,
};

function discordWords({ components }: Json): string {
  const all = withNested(listOf(components));
  const texts = all.filter((one) => one["type"] === componentType.textDisplay).map((one) => textOf(one["content"]));
  const pictures = all.filter((one) => isJson(one["media"])).map((one) => `[${textOf(one["description"])}]`);
  return [...texts, ...pictures].join("\n");
}

function slackWords({ blocks }: { readonly blocks: readonly unknown[] }): string {
  const all: readonly Fields[] = blocks.filter(isFields);
  return see("1.0", "", all, false, false).text;
}

const introduction = `# Summaries

What Planetwire makes of entries of many kinds, on every platform: Discord's Markdown, the words of Slack's blocks, Matrix' HTML, and what
the console says. The page is written by \`npm run pictures -- summaries\` from what the adapters really render; a test holds it in step.

The same, drawn: [Discord](pictures/summaries-discord.png), [Slack](pictures/summaries-slack.png),
[Matrix](pictures/summaries-matrix.png), [console](pictures/summaries-console.png).
`;

/** The page `docs/summaries.md`. */
export function summariesPage(all: readonly Written[]): string {
  return [introduction, ...all.map(section)].join("\n");
}

function section({ kind, messages }: Written): string {
  const cells = Object.entries(asWords).map(([name, words]) =>
    h("td", h("b", name), h("pre", words(messages.get(name.toLowerCase()) ?? ""))),
  );
  const [first, second, third, fourth] = cells;
  const rows = [
    [first, second],
    [third, fourth],
  ].map((row) => h("tr", ...row.filter((cell): cell is Element => cell !== undefined)));
  const source = h("pre", kind.content.length > 700 ? `${kind.content.slice(0, 700)} …` : kind.content);
  const table = h("table", ...rows);
  // A blank line would end the HTML in Markdown.
  const html = toHtml({
    type: "root",
    children: [h("details", h("summary", "In the feed"), source), table],
  }).replaceAll("\n", "&#10;");
  return `## ${kind.name}\n\n${html}\n`;
}

/** The pages with all of them, by the platform's name; `css` by the same. */
export function summariesPages(all: readonly Written[], css: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const written = (name: string): string[] => all.map(({ messages }) => messages.get(name) ?? "");
  const look = (name: string): string => css.get(name) ?? "";
  return new Map([
    [
      "discord",
      discordPosts(
        written("discord").map((one) => JSON.parse(one) as Json),
        look("discord"),
      ),
    ],
    [
      "slack",
      slackPosts(
        written("slack").map((one) => (JSON.parse(one) as { blocks: Fields[] }).blocks),
        look("slack"),
      ),
    ],
    [
      "matrix",
      matrixPosts(
        written("matrix").map((one) => asWords["Matrix"]?.(one) ?? ""),
        look("matrix"),
      ),
    ],
    [
      "console",
      consolePosts(
        written("console").map((one) => asWords["Console"]?.(one) ?? ""),
        look("console"),
      ),
    ],
  ]);
}
