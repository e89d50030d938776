import { rulesExtended, SimpleMarkdown } from "discord-markdown-parser";
import { folded } from "./expected.ts";
import { checkComponents, componentType, withNested } from "../platforms/discord/component-rules.ts";
import { Fields } from "../platforms/discord/fields.ts";
import { isJson, type Json, listOf, textOf } from "../platforms/discord/json.ts";
import { readMarkdown } from "../platforms/discord/markdown-reader.ts";
import { openApiIfPresent } from "../platforms/discord/openapi.ts";
import { type Shown, Sight } from "./shown.ts";

const MESSAGES = "/channels/{channel_id}/messages";
const COMPONENTS_V2 = 1 << 15;

/**
 * A Discord message. Its Markdown is read twice, by a parser of the community (discord-markdown-parser) and by our own reader; both must
 * see the same. Rules: Components / Reference, and Discord's published description of its API where it is at hand.
 */
export function readDiscord(rendered: string): Shown {
  const { components } = JSON.parse(rendered) as { components: readonly unknown[] };
  const sight = new Sight();
  const fields = new Fields();
  checkComponents(fields, components, true);
  sight.problems.push(...fields.found.map(({ path, code }) => `${path.join(".")}: ${code}`));
  const body = { flags: COMPONENTS_V2, components, allowed_mentions: { parse: [] } };
  sight.problems.push(...(openApiIfPresent()?.check("POST", MESSAGES, body, 200, undefined) ?? []));
  const all = withNested(components);
  const texts = all
    .filter((one) => one["type"] === componentType.textDisplay)
    .map((one) => readText(textOf(one["content"]), sight));
  sight.images.push(...all.flatMap(pictures));
  // A card is a head, at most one excerpt, and a foot.
  return sight.shown(texts.join("\n"), texts.length > 2 ? texts.slice(1, -1).join("\n") : "");
}

function pictures(one: Json): string[] {
  const items = one["type"] === componentType.mediaGallery ? listOf(one["items"]).filter(isJson) : [one];
  return items.flatMap((item) => (isJson(item["media"]) ? [textOf(item["media"]["url"])] : []));
}

function readText(source: string, sight: Sight): string {
  const theirs = read(source);
  const ours = readMarkdown(source);
  if (folded(ours.text) !== folded(theirs.text))
    sight.problems.push(
      `two readers differ: ${JSON.stringify(folded(ours.text))} and ${JSON.stringify(folded(theirs.text))}`,
    );
  if (ours.links.map(({ url }) => url).join(" ") !== theirs.links.map(({ url }) => url).join(" "))
    sight.problems.push(`two readers see other links: ${JSON.stringify([ours.links, theirs.links])}`);
  const odd = ours.styles.filter((style) => !allowedStyles.has(style));
  if (odd.length > 0) sight.problems.push(`formatted as ${odd.join(", ")}`);
  sight.links.push(...theirs.links);
  sight.mentions.push(...ours.mentions, ...theirs.mentions);
  sight.codes.push(...theirs.codes);
  return theirs.text;
}

const allowedStyles = new Set("heading,subtext,quote,list,time,strong,emphasis,strike,code,code block".split(","));

/** Without the rules that put other words in the place of emoticons. */
const { emoticon: _emoticon, twemoji: _twemoji, ...rules } = rulesExtended;
const parse = SimpleMarkdown.parserFor(rules);

type Node = ReturnType<typeof parse>[number];

/** The parser knows no lists; marks at line ends outside code are taken away before. */
function read(source: string): Shown {
  const parts = source
    .split(/(```[\s\S]*?```)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll(/^((?:> )?(?: {2})*)(?:- +|\d{1,10}\. +)+(?=\S)/gm, "$1")));
  const sight = new Sight();
  const text = textOfNodes(parse(parts.join(""), { inline: true }), sight);
  return sight.shown(text, "");
}

function textOfNodes(nodes: readonly Node[], sight: Sight): string {
  return nodes.map((node) => textOfNode(node, sight)).join("");
}

const mentions = new Set(["user", "channel", "role", "everyone", "here", "slashCommand", "guildNavigation"]);
const spans = new Set(["strong", "em", "strikethrough", "heading", "subtext", "blockQuote"]);

function textOfNode(node: Node, sight: Sight): string {
  const { type, content } = node as { type: string; content?: unknown };
  if (type === "br" || type === "newline") return "\n";
  if (type === "timestamp")
    return new Date(Number(node["timestamp"]) * 1000).toISOString().slice(0, 16).replace("T", " ");
  if (mentions.has(type)) {
    sight.mentions.push(type);
    return `@${type}`;
  }
  if (type === "text") return String(content);
  if (type === "inlineCode" || type === "codeBlock") {
    sight.codes.push(String(content));
    return type === "codeBlock" ? `${String(content)}\n` : String(content);
  }
  const children = Array.isArray(content) ? (content as Node[]) : [];
  const text = textOfNodes(children, sight);
  if (type === "link" || type === "url" || type === "autolink")
    sight.links.push({ label: text, url: String(node["target"]) });
  else if (!spans.has(type)) sight.problems.push(`formatted as ${type}`);
  return type === "heading" || type === "subtext" ? `${text}\n` : text;
}
