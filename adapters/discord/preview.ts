import type { Preview } from "../../src/adapter.ts";
import { channelIdOf, memoryName, messageLink } from "./message-link.ts";
import { EXCERPT_CHARS, parseRendered, render } from "./render.ts";
import { toMention } from "./mention.ts";

/** The Markdown of the card, and the address of its picture. */
export const preview: Preview = {
  excerptChars: EXCERPT_CHARS,
  post: (feed, summary) =>
    parseRendered(render({ kind: "post", feed, summary }))
      .components.flatMap(linesOf)
      .join("\n"),
  toMention,
  messageLink,
  workspaceOf: async (channel, recall) => await recall(memoryName(channelIdOf(channel))),
  memories: (channel) => [memoryName(channelIdOf(channel))],
};

/** Texts and pictures of a component and of those within it, in the order in which they are seen. */
function linesOf(component: unknown): string[] {
  const { content, components, accessory, items, media } = component as {
    readonly content?: string;
    readonly components?: readonly unknown[];
    readonly accessory?: unknown;
    readonly items?: readonly unknown[];
    readonly media?: { readonly url: string };
  };
  const own = [content, media?.url].filter((line) => line !== undefined);
  const inner = [...(components ?? []), ...(items ?? []), ...(accessory === undefined ? [] : [accessory])];
  return [...own, ...inner.flatMap(linesOf)];
}
