import type { Preview } from "../../src/adapter.ts";
import { placeOf } from "./channel-id.ts";
import { messageLink } from "./message-link.ts";
import { EXCERPT_CHARS, toMessage } from "./message.ts";
import { toMention } from "./mention.ts";

/** A line for each block, as Block Kit Builder takes them, and above them the words of the notification. */
export const preview: Preview = {
  excerptChars: EXCERPT_CHARS,
  post: (feed, summary) => {
    const { text, blocks } = toMessage({ kind: "post", feed, summary });
    return `${text}\n\n{"blocks": [\n${blocks.map((block) => JSON.stringify(block)).join(",\n")}\n]}`;
  },
  toMention,
  messageLink,
  // References of messages are kept by delivery, for days; the list of the workspace's channels is one value.
  memories: () => [],
  workspaceOf: async (channel) => await Promise.resolve(placeOf(channel)?.team ?? null),
};
