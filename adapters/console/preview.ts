import type { Preview } from "../../src/adapter.ts";
import { EXCERPT_CHARS, toTranscript } from "./message.ts";
import { markName } from "./mark-name.ts";
import { toMention } from "./mention.ts";

export const preview: Preview = {
  excerptChars: EXCERPT_CHARS,
  toMention,
  post: (feed, summary) => toTranscript({ kind: "post", feed, summary }).text,
  memories: (channel) => [markName(channel)],
  workspaceOf: async () => await Promise.resolve(null),
  messageLink: async () => await Promise.resolve(null),
};
