import type { Entry } from "../../src/feed/entry.ts";
import { summarize } from "../../src/summary/compose.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import type { Summary } from "../../src/summary/summary.ts";

export const plainEntry: Entry & { readonly entryId: string } = {
  entryId: "e1",
  guid: "g",
  link: "https://blog.example/post",
  titleRaw: "Ada: A title",
  authorRaw: "",
  sourceRaw: "",
  publishedAt: "2026-03-02T10:00:00.000Z",
  updatedAt: null,
  html: "",
  image: "",
  imageAlt: "",
  title: "A title",
  author: "Ada",
  source: "",
  protected: false,
};

export function summaryOf(html: string, more: Partial<Entry> = {}, excerptChars = 600): Summary {
  return summarize({ ...plainEntry, html, ...more }, { excerptChars });
}

export function proseOf(html: string): string {
  return toMarkdown(summarize({ ...plainEntry, html }, { excerptChars: 200, prose: true }).excerpt);
}

/** The excerpt as Markdown. */
export function excerptOf(html: string, excerptChars = 600): string {
  return toMarkdown(summaryOf(html, {}, excerptChars).excerpt);
}
