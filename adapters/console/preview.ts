import type { Preview } from "../../src/adapter.ts";
import { EXCERPT_CHARS, toTranscript } from "./message.ts";

export const preview: Preview = {
  excerptChars: EXCERPT_CHARS,
  post: (feed, summary) => toTranscript({ kind: "post", feed, summary }).text,
  messageLink: async () => await Promise.resolve(null),
};
