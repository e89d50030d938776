import type { Preview } from "../../src/adapter.ts";
import { messageLink } from "./message-link.ts";
import { contentOf, EXCERPT_CHARS } from "./message.ts";
import { roomOf } from "./rooms.ts";
import { toMention } from "./mention.ts";

/** What clients show, and below it what those show that know no HTML. */
export const preview: Preview = {
  excerptChars: EXCERPT_CHARS,
  post: (feed, summary) => {
    const content = contentOf({ kind: "post", feed, summary });
    return `${content.formatted_body}\n\n${content.body}`;
  },
  toMention,
  messageLink,
  workspaceOf: async () => await Promise.resolve(null),
  // Which room takes the place of which is about the room, not about what it followed.
  memories: (channel) => [`encrypted:${roomOf(channel) ?? ""}`],
};
