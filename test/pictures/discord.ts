import type { Element, ElementContent } from "hast";
import { isJson, type Json, listOf, numberOf, textOf } from "../platforms/discord/json.ts";
import { drawMarkdown } from "./discord-markdown.ts";
import { drawnPicture } from "./sample.ts";
import type { Sent } from "./sent.ts";
import { type Child, h, pageOf, withProperties } from "./tree.ts";

/** Bodies of messages, as they came, the way Discord's client shows them to somebody who likes it dark. */
export function discordPage({ post, digest, search, help }: Sent<Json>, css: string): string {
  const used = (command: string): Element =>
    h("div.used", h("b", "mia"), " used ", h("span.mention", `/wire ${command}`));
  const seen = h("div.private", "👁 Only you can see this · ", h("span.dismiss", "Dismiss message"));
  return pageOf("Planetwire on Discord", css, [
    h("header", h("span.hash", "#"), "planet-harbour"),
    message("Today at 9:25 AM", [], post),
    message("Today at 2:40 PM", [], digest),
    message("Today at 2:41 PM", [used("search")], search, [seen]),
    message("Today at 2:42 PM", [used("help")], help, [seen]),
  ]);
}

/** Posts one below the other. */
export function discordPosts(posts: readonly Json[], css: string): string {
  return pageOf("Summaries on Discord", css, [
    h("header", h("span.hash", "#"), "planet-harbour"),
    ...posts.map((post) => message("Today at 9:25 AM", [], post)),
  ]);
}

function message(time: string, above: readonly Element[], body: Json, below: readonly Element[] = []): Element {
  const head = h("div.head", h("b.name", "Planetwire"), h("span.badge", "APP"), h("span.time", time));
  return h(
    "section",
    ...above,
    h("div.message", h("div.avatar", "P"), h("div.body", head, ...components(body), ...below)),
  );
}

function components(body: Json): ElementContent[] {
  return listOf(body["components"]).filter(isJson).flatMap(component);
}

/** Components / Reference, "Component Types". */
function component(one: Json): ElementContent[] {
  switch (numberOf(one["type"])) {
    case 1:
      return [h("div.row", ...components(one))];
    case 2:
      return [h(one["disabled"] === true ? "span.button.disabled" : "span.button", textOf(one["label"]))];
    case 9:
      return [h("div.beside", h("div.texts", ...components(one)), ...accessory(one))];
    case 10:
      return [h("div.text", ...drawMarkdown(textOf(one["content"])))];
    case 11:
      return [image("img.thumbnail", one)];
    case 12:
      return listOf(one["items"])
        .filter(isJson)
        .map((item) => image("img.picture", item));
    case 17:
      return [container(one, components(one))];
    default:
      throw new Error(`the picture knows no component of type ${JSON.stringify(one["type"])}`);
  }
}

function accessory(one: Json): ElementContent[] {
  return isJson(one["accessory"]) ? component(one["accessory"]) : [];
}

function image(selector: string, holder: Json): Element {
  const url = isJson(holder["media"]) ? textOf(holder["media"]["url"]) : "";
  return withProperties(selector, { src: drawnPicture(url), alt: textOf(holder["description"]) });
}

function container(one: Json, children: readonly Child[]): Element {
  const color = Math.trunc(numberOf(one["accent_color"])).toString(16).padStart(6, "0");
  return withProperties("div.container", { style: `border-left-color: #${color}` }, ...children);
}
