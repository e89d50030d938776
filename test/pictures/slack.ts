import type { Element, ElementContent } from "hast";
import { type Fields, fieldsOf, isFields, listOf, textOf } from "../platforms/slack/json.ts";
import { richText } from "./slack-rich-text.ts";
import { drawnPicture } from "./sample.ts";
import type { Sent } from "./sent.ts";
import { type Child, dateAndTime, h, link, pageOf, withProperties } from "./tree.ts";

/** The blocks of messages, as they came, the way Slack shows them. */
export function slackPage({ post, digest, search, help }: Sent<readonly Fields[]>, css: string): string {
  return pageOf("Planetwire on Slack", css, [
    h("header", h("b", "# planet-harbour")),
    message("9:25 AM", post),
    message("2:40 PM", digest),
    message("2:41 PM", search, [h("div.private", "👁 Only visible to you")]),
    message("2:42 PM", help, [h("div.private", "👁 Only visible to you")]),
  ]);
}

/** Posts one below the other. */
export function slackPosts(posts: readonly (readonly Fields[])[], css: string): string {
  return pageOf("Summaries on Slack", css, [
    h("header", h("b", "# planet-harbour")),
    ...posts.map((post) => message("9:25 AM", post)),
  ]);
}

function message(time: string, blocks: readonly Fields[], above: readonly Element[] = []): Element {
  const head = h("div.head", h("b.name", "Planetwire"), h("span.badge", "APP"), h("span.time", time));
  return h("section", ...above, h("div.message", h("div.avatar", "P"), h("div.body", head, ...blocks.map(block))));
}

function block(one: Fields): Element {
  switch (one["type"]) {
    case "rich_text":
      return h("div.rich", ...elementsOf(one).map(richText));
    case "image":
      return h(
        "figure",
        withProperties("img", { src: drawnPicture(textOf(one, "image_url")), alt: textOf(one, "alt_text") }),
      );
    case "context":
      return h("div.context", ...elementsOf(one).map((element) => h("span", ...text(element))));
    case "actions":
      return h("div.row", ...elementsOf(one).map((element) => h("span.button", ...text(fieldsOf(element, "text")))));
    default:
      throw new Error(`the picture knows no block of type ${JSON.stringify(one["type"])}`);
  }
}

function elementsOf(one: Fields): Fields[] {
  return listOf(one, "elements").filter(isFields);
}

/** In mrkdwn `<…>` is a date or a link (https://docs.slack.dev/messaging/formatting-message-text); the rest of it we do not use. */
function text(element: Fields): Child[] {
  const value = textOf(element, "text");
  if (element["type"] !== "mrkdwn") return [value];
  return value.split(/(<[^<>]*>)/).map((part, i) => (i % 2 === 1 ? marked(part.slice(1, -1)) : unescaped(part)));
}

function marked(part: string): ElementContent | string {
  const [target = "", label = target] = part.split("|");
  const [, seconds, form = ""] = /^!date\^(\d+)\^([^^]*)/.exec(target) ?? [];
  if (seconds === undefined) return link(unescaped(target), unescaped(label));
  const { date, time } = dateAndTime(Number(seconds));
  return form.replace(/\{date\w*\}/, date).replace("{time}", time);
}

function unescaped(value: string): string {
  return value.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
