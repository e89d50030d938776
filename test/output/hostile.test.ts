import type { List, Root, RootContent } from "mdast";
import { describe, expect, test } from "vitest";
import { type FeedRef, type Outgoing, TooLong } from "../../src/adapter.ts";
import { bulletList, code, done, link, paragraph, refused, strong } from "../../src/command/reply.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { feed, summaryOf } from "../contract/stage.ts";
import { folded } from "./expected.ts";
import { hostileLines, hostileTexts } from "./hostile-texts.ts";
import { type Platform, platforms } from "./platforms.ts";
import type { Shown } from "./shown.ts";

const url = "https://blog.example/post";
const inner = "https://blog.example/inner";

function words(value: string): RootContent {
  return { type: "paragraph", children: [{ type: "text", value }] };
}

function excerptOf(...children: RootContent[]): Root {
  return { type: "root", children };
}

function listOf(text: string): List {
  return { type: "list", children: [{ type: "listItem", children: [words(text) as never] }] };
}

interface Case {
  readonly summary?: Partial<Summary>;
  readonly feed?: Partial<FeedRef>;
}

/** Where a feed's words may stand. */
const fields: readonly (readonly [name: string, place: (text: string) => Case])[] = [
  ["title", (text) => ({ summary: { title: text } })],
  ["author", (text) => ({ summary: { author: text } })],
  ["source", (text) => ({ summary: { source: text } })],
  ["feed title", (text) => ({ feed: { title: text } })],
  ["excerpt", (text) => ({ summary: { excerpt: excerptOf(words(text)) } })],
  ["second paragraph", (text) => ({ summary: { excerpt: excerptOf(words("One."), words(text)) } })],
  [
    "bold and struck",
    (text) => ({
      summary: {
        excerpt: excerptOf({
          type: "paragraph",
          children: [{ type: "strong", children: [{ type: "delete", children: [{ type: "text", value: text }] }] }],
        }),
      },
    }),
  ],
  [
    "heading",
    (text) => ({
      summary: {
        excerpt: excerptOf({ type: "heading", depth: 2, children: [{ type: "text", value: text }] }, words("x")),
      },
    }),
  ],
  ["quote", (text) => ({ summary: { excerpt: excerptOf({ type: "blockquote", children: [words(text) as never] }) } })],
  [
    "item",
    (text) => ({
      summary: {
        excerpt: excerptOf(listOf(text)),
      },
    }),
  ],
  [
    "item of an item without words",
    (text) => ({
      summary: { excerpt: excerptOf({ type: "list", children: [{ type: "listItem", children: [listOf(text)] }] }) },
    }),
  ],
  ["code", (text) => ({ summary: { excerpt: excerptOf({ type: "code", value: text }) } })],
  [
    "code in a line",
    (text) => ({
      summary: { excerpt: excerptOf({ type: "paragraph", children: [{ type: "inlineCode", value: text }] }) },
    }),
  ],
  [
    "label of a link",
    (text) => ({
      summary: {
        excerpt: excerptOf({
          type: "paragraph",
          children: [{ type: "link", url: inner, children: [{ type: "text", value: text }] }],
        }),
      },
    }),
  ],
  ["description of the picture", (text) => ({ summary: { image: "https://blog.example/a.png", imageAlt: text } })],
];

function messagesOf({ render, read, answer }: Platform, one: Case, text: string): Shown[] {
  const of = { ...feed, ...one.feed };
  const summary = summaryOf({ url, ...one.summary });
  const digest: Extract<Outgoing, { kind: "digest" }> = {
    kind: "digest",
    sections: [{ feed: of, summaries: [summary, summaryOf({ url, title: "Other" })] }],
  };
  const replies = [
    done([paragraph(strong(text), " ", code(text)), bulletList([[link(inner, text)], [text]])]),
    refused(text),
  ];
  const all: Outgoing[] = [
    { kind: "post", feed: of, summary },
    digest,
    { kind: "notice", text },
    { ...digest, joined: text },
  ];
  return [...all.map(render), ...replies.flatMap(answer)].map(read);
}

const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

/** What must never happen, wherever a text stands. */
function harmOf(shown: Shown): unknown[] {
  return [
    ...shown.mentions.map((mention) => ({ mention })),
    ...shown.problems.map((problem) => ({ problem })),
    ...shown.links.filter((one) => ![url, inner].includes(one.url)).map((elsewhere) => ({ elsewhere })),
    ...(acting.test(shown.text) ? [{ acting: shown.text }] : []),
  ];
}

describe.each(platforms.map((platform) => [platform.name, platform] as const))("on %s", (_, platform) => {
  test.each([...hostileTexts, ...hostileLines])("%s is text and nothing more, wherever it stands", (_name, text) => {
    for (const [field, place] of fields) {
      const all = messagesOf(platform, place(text), text);
      expect({ field, harm: all.flatMap(harmOf) }).toEqual({ field, harm: [] });
      const [post, digest, notice] = all;
      const start = folded(text).slice(0, 60);
      // Where it stands it is shown, letter for letter; a label goes without its scheme, a picture's description is not text.
      const isShown = (shown: Shown | undefined): boolean =>
        [start, folded(text.replaceAll(/[a-z]+:\/\//gi, "")).slice(0, 60)].some((one) =>
          folded(shown?.text ?? "").includes(one),
        );
      if (!field.startsWith("description")) expect({ field, text: post?.text }).toSatisfy(() => isShown(post));
      if (["title", "author", "feed title"].includes(field))
        expect({ field, text: digest?.text }).toSatisfy(() => isShown(digest));
      expect(notice?.text).toSatisfy(() => isShown(notice));
    }
  });

  test.each(hostileLines)("%s in a title or a name begins no line of its own", (_name, text) => {
    for (const field of ["title", "author", "source", "feed title"]) {
      const place = fields.find(([name]) => name === field)?.[1];
      const lines = (one: Case): number => messagesOf(platform, one, "x")[0]?.text.trim().split("\n").length ?? 0;
      expect({ field, lines: lines(place?.(text) ?? {}) }).toEqual({ field, lines: lines(place?.("flat") ?? {}) });
    }
  });

  const much = "A sentence of some words, and more. ";
  const items = Array.from({ length: 5000 }, (_, i) => ({ type: "listItem", children: [words(`item ${String(i)}`)] }));
  let quotes = words("deep");
  for (let depth = 0; depth < 300; depth += 1) quotes = { type: "blockquote", children: [quotes] } as RootContent;

  test.each<readonly [string, Case]>([
    ["title", { summary: { title: much.repeat(3000) } }],
    ["title of one word", { summary: { title: "x".repeat(100_000) } }],
    ["title of marks", { summary: { title: "*_[`".repeat(20_000) } }],
    ["author", { summary: { author: much.repeat(3000) } }],
    ["source", { summary: { source: "W\u0337\u0322".repeat(20_000) } }],
    ["feed title", { feed: { title: much.repeat(3000) } }],
    ["feed's address", { feed: { title: "", url: `https://a.example/${"x".repeat(5000)}` } }],
    ["address", { summary: { url: `https://a.example/${"x".repeat(1900)}` } }],
    ["address of a picture", { summary: { image: `https://a.example/${"x".repeat(5000)}.png` } }],
    ["description of a picture", { summary: { image: "https://a.example/a.png", imageAlt: much.repeat(3000) } }],
    ["excerpt", { summary: { excerpt: excerptOf(...Array.from({ length: 500 }, () => words(much.repeat(20)))) } }],
    ["excerpt of marks", { summary: { excerpt: excerptOf(words("*_[`@<&".repeat(20_000))) } }],
    ["code", { summary: { excerpt: excerptOf({ type: "code", value: "let x = `<&>`;\n".repeat(10_000) }) } }],
    ["list", { summary: { excerpt: excerptOf({ type: "list", children: items } as RootContent) } }],
    ["quotes", { summary: { excerpt: excerptOf(quotes) } }],
    [
      "everything",
      {
        feed: { title: much.repeat(500) },
        summary: {
          title: "<&*_".repeat(5000),
          author: "<&*_".repeat(5000),
          source: "&<*_".repeat(5000),
          excerpt: excerptOf(words("<&*_ ".repeat(5000))),
          minutes: 100,
        },
      },
    ],
  ])("too much of the %s keeps every limit", (_name, one) => {
    const summary = summaryOf({ url, ...one.summary });
    const of = { ...feed, ...one.feed };
    const post = platform.read(platform.render({ kind: "post", feed: of, summary }));
    expect(post.problems).toEqual([]);
    expect(post.text).not.toBe("");
    const notice = platform.read(platform.render({ kind: "notice", text: `${summary.title} ${summary.author}` }));
    expect(notice.problems).toEqual([]);
    const pages = platform.answer(
      done([...(summary.excerpt.children as []), paragraph(link(url, summary.title), summary.author)]),
    );
    expect(pages.flatMap((page) => platform.read(page).problems)).toEqual([]);
    for (const count of [2, 10, 100]) {
      const digest: Outgoing = {
        kind: "digest",
        sections: [{ feed: of, summaries: Array.from({ length: count }, () => summary) }],
      };
      expect(problemsUnlessTooLong(platform, digest)).toEqual([]);
    }
  });
});

/** A digest may be refused for its length, and is then sent in parts. */
function problemsUnlessTooLong({ render, read }: Platform, digest: Outgoing): readonly string[] {
  try {
    return read(render(digest)).problems;
  } catch (error) {
    if (error instanceof TooLong) return [];
    throw error;
  }
}
