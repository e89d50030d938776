import { fromHtml } from "hast-util-from-html";
import { toMdast } from "hast-util-to-mdast";
import type { Root } from "mdast";
import { expect, test } from "vitest";
import { toAnswer, privateMessage } from "../../../adapters/slack/answer.ts";
import { toMessage } from "../../../adapters/slack/message.ts";
import type { Outgoing } from "../../../src/adapter.ts";
import { done, link, paragraph, type Reply } from "../../../src/command/reply.ts";
import { summaryOf } from "../../contract/stage.ts";
import { problemsOfBlocks } from "./rules/blocks.ts";
import { see, type Seen } from "./see.ts";

function seenOf(outgoing: Outgoing): Seen {
  const { text, blocks } = toMessage(outgoing);
  expect(problemsOfBlocks(blocks, "message")).toEqual([]);
  // Posts are sent with `mrkdwn: false`.
  return see("1.0", text, JSON.parse(JSON.stringify(blocks)) as [], false, false);
}

const feed = { id: "f", url: "https://blog.example/feed", title: "The blog" };

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
