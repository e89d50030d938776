import { fromHtml } from "hast-util-from-html";
import { toMdast } from "hast-util-to-mdast";
import type { Root } from "mdast";
import { expect, test } from "vitest";
import { toAnswer, privateMessage } from "../../../adapters/slack/answer.ts";
import { toMessage } from "../../../adapters/slack/message.ts";
import type { Outgoing } from "../../../src/adapter.ts";
import { bulletList, done, link, paragraph, refused, type Reply, strong } from "../../../src/command/reply.ts";
import { summaryOf } from "../../contract/stage.ts";
import { problemsOfBlocks } from "./rules/blocks.ts";
import { see, type Seen } from "./see.ts";

/** What a feed may try; shown it must be, letter for letter, and do nothing. */
const hostile = [
  "<!channel>",
  "<!here|here>",
  "<!everyone>",
  "<@U0OWNER01>",
  "<!subteam^S012|@ops>",
  "<#C012|general>",
  "@channel @here @everyone",
  "&lt;!channel&gt;",
  "&amp;lt;!channel&amp;gt;",
  "<https://evil.example/|Slack login>",
  "<https://evil.example/>",
  "[Slack login](https://evil.example/)",
  "https://evil.example/",
  "evil.example",
  "mailto:boss@evil.example",
  "<!date^1392734382^Posted {date_num}^https://evil.example/|now>",
  "*bold* _italic_ ~gone~ `code`",
  "```\nblock\n```",
  "> quoted",
  "• listed\n1. numbered",
  ":tada: :skin-tone-2:",
  "|pipe| <half",
  "half> a>b<c",
  "\\*escaped\\*",
  "</script><script>alert(1)</script>",
  '"}],"text":"<!channel>"',
  "{{date}} ${x} %s",
  "a".repeat(500),
];

function seenOf(outgoing: Outgoing): Seen {
  const { text, blocks } = toMessage(outgoing);
  expect(problemsOfBlocks(blocks, "message")).toEqual([]);
  // Posts are sent with `mrkdwn: false`.
  return see("1.0", text, JSON.parse(JSON.stringify(blocks)) as [], false, false);
}

const flat = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
const feed = { id: "f", url: "https://blog.example/feed", title: "The blog" };
const url = "https://blog.example/post";

const short = hostile.map((words) => [words.slice(0, 60), words] as const);

test.each(short)("as title, author, source and feed title, %j is text and nothing more", (_short, words) => {
  const summary = summaryOf({ title: words, author: words, source: `${words} blog`, url });
  const seen = seenOf({ kind: "post", feed: { ...feed, title: words }, summary });
  expect(seen.pings).toEqual([]);
  expect(seen.links.map((one) => one.url)).toEqual([url]);
  expect(flat(seen.text)).toContain(flat(words).slice(0, 100));
  expect(seen.fallback).toContain(flat(words).slice(0, 40));
});

test.each(short)("as excerpt %j is text and nothing more", (_short, words) => {
  const excerpt: Root = { type: "root", children: [{ type: "paragraph", children: [{ type: "text", value: words }] }] };
  const seen = seenOf({ kind: "post", feed, summary: summaryOf({ excerpt, url }) });
  expect(seen.pings).toEqual([]);
  expect(seen.links.map((one) => one.url)).toEqual([url]);
  expect(flat(seen.text)).toContain(flat(words));
});

test.each(short)("in a digest, a notice and an answer %j is text and nothing more", (_short, words) => {
  const summaries = [summaryOf({ title: words, author: words, url }), summaryOf({ title: "other", url: `${url}2` })];
  const digest = seenOf({ kind: "digest", feed: { ...feed, title: words }, summaries });
  expect([digest.pings, digest.links.map((one) => one.url)]).toEqual([[], [url, `${url}2`]]);
  const notice = seenOf({ kind: "notice", text: words });
  expect([notice.pings, notice.links]).toEqual([[], []]);
  expect(flat(notice.text)).toBe(flat(words));
  for (const reply of [done([paragraph(words), bulletList([[strong(words), " x"]])]), refused(words)]) {
    const answer = seenAnswer(reply);
    expect([answer.pings, answer.links]).toEqual([[], []]);
    expect(flat(answer.text)).toContain(flat(words));
  }
});

function seenAnswer(reply: Reply): Seen {
  const { text, blocks } = privateMessage(toAnswer(reply), "id", 0);
  expect(problemsOfBlocks(blocks, "message")).toEqual([]);
  return see("1.0", text, JSON.parse(JSON.stringify(blocks)) as [], false);
}

test.each([
  ["javascript:alert(1)", []],
  ["data:text/html,x", []],
  ["file:///etc/passwd", []],
  ["slack://open", []],
  ["https://a.example/?q=<x>|y", ["https://a.example/?q=%3Cx%3E%7Cy"]],
  [`https://a.example/${"x".repeat(2990)}`, []],
  ["not an address", []],
])("an address %j becomes the links %j", (address, links) => {
  const seen = seenOf({ kind: "post", feed, summary: summaryOf({ url: address, image: address }) });
  expect(seen.links.map((one) => one.url)).toEqual(links);
  expect(seen.images).toEqual(links);
});

test.each([
  ["A red\u202e kite", "A red kite"],
  ["", "A title"],
  ["x".repeat(3000), `${"x".repeat(999)}…`],
])("a picture that is said to show %j is described", (imageAlt, described) => {
  const summary = summaryOf({ title: "A title", image: "https://blog.example/a.png", imageAlt });
  const { blocks } = toMessage({ kind: "post", feed, summary });
  expect(problemsOfBlocks(blocks, "message")).toEqual([]);
  expect(blocks.find((block) => block.type === "image")).toMatchObject({ alt_text: described });
});

test.each([
  ["https://bank.example/login", "https://evil.example/", "https://bank.example/login (evil.example)"],
  ["www.bank.example", "https://evil.example/", "www.bank.example (evil.example)"],
  ["https://www.blog.example/a", "https://blog.example/b", "https://www.blog.example/a"],
  ["Node.js and more", "https://blog.example/", "Node.js and more"],
  ["read this", "https://evil.example/", "read this"],
])("a label %j that leads to %j reads %j", (label, address, shown) => {
  expect(seenAnswer(done([paragraph(link(address, label))])).links).toMatchObject([{ url: address, text: shown }]);
});

test("characters that turn the direction or control a terminal are taken out", () => {
  const seen = seenOf({ kind: "notice", text: "a\u202eb\u2066c\u0007d\u200be\ud800f" });
  expect(seen.text).toBe("abcde\ufffdf");
});

test("what a post is made of is kept: emphasis, links, code, lists, quotes", () => {
  const html =
    "<h2>Head</h2><p>A <b>bold</b>, <em>slanted</em>, <del>gone</del> <code>x &lt; y</code> <a href='https://a.example/'>link</a>.</p>" +
    "<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul><ol><li>first</li></ol><blockquote><p>said</p></blockquote><pre><code>if (x)\n  y</code></pre>";
  const excerpt = toMdast(fromHtml(html, { fragment: true })) as Root;
  const { blocks } = toMessage({ kind: "post", feed, summary: summaryOf({ excerpt }) });
  expect(problemsOfBlocks(blocks, "message")).toEqual([]);
  expect(blocks).toMatchSnapshot();
});

test("who wrote a post stands above it, and where it was found below", () => {
  const lines = seenOf({ kind: "post", feed, summary: summaryOf({ source: "Ada's blog" }) }).text.split("\n");
  expect([lines[0], lines.at(-1)]).toEqual(["Ada Quill · Ada's blog", expect.stringMatching(/^The blog 2026-01-02/)]);
  const nobody = seenOf({ kind: "post", feed, summary: summaryOf({ author: "", source: "" }) });
  expect(nobody.text).toMatch(/^A title\n/);
});
