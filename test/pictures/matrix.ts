import type { Element, ElementContent, Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import { SEARCHED } from "./scene.ts";
import type { Sent } from "./sent.ts";
import { h, link, pageOf } from "./tree.ts";

/** The formatted bodies of messages, as they came, the way Element shows them. */
export function matrixPage({ post, digest, search, help }: Sent<string>, css: string): string {
  const asked = (time: string, line: string, answer: string): Element => {
    const below = message("planetwire", time, formatted(answer), [], "notice");
    return message("mia", time, [`!wire ${line}`], [h("div.thread", h("div.title", "Thread"), below)]);
  };
  return pageOf("Planetwire on Matrix", css, [
    h("header", h("div.room", "P"), h("b", "Planet Harbour")),
    message("planetwire", "09:25", formatted(post)),
    message("planetwire", "14:40", formatted(digest)),
    asked("14:41", `search ${SEARCHED}`, search),
    asked("14:42", "help", help),
  ]);
}

/** Posts one below the other. */
export function matrixPosts(posts: readonly string[], css: string): string {
  return pageOf("Summaries on Matrix", css, [
    h("header", h("div.room", "P"), h("b", "Planet Harbour")),
    ...posts.map((post) => message("planetwire", "09:25", formatted(post))),
  ]);
}

function message(
  name: "planetwire" | "mia",
  time: string,
  said: readonly (ElementContent | string)[],
  below: readonly Element[] = [],
  kind = "text",
): Element {
  const head = h("div.head", h(`b.${name}`, name), h("span.time", time));
  const avatar = h(`div.avatar.${name}`, name.slice(0, 1).toUpperCase());
  return h("section", avatar, h("div.body", head, h(`div.said.${kind}`, ...said), ...below));
}

/** What clients show of a message's HTML (client-server API, "m.room.message msgtypes"); we send no more. */
const shown = "p br blockquote ul ol li strong em del code pre sup sub hr table thead tbody tr th td".split(" ");

function formatted(html: string): ElementContent[] {
  return fromHtml(html, { fragment: true }).children.flatMap(kept);
}

function kept(node: Nodes): ElementContent[] {
  if (node.type === "text") return [{ type: "text", value: node.value }];
  if (node.type !== "element") return [];
  const children = node.children.flatMap(kept);
  const { href } = node.properties;
  if (node.tagName === "a" && typeof href === "string") return [link(href, ...children)];
  return shown.includes(node.tagName) ? [h(node.tagName, ...children)] : children;
}
