import type { Root, RootContent } from "mdast";
import { expect, test } from "vitest";
import { escapeText, maskedLink, plain } from "../../../adapters/discord/escape.ts";
import { toDiscord } from "../../../adapters/discord/markdown.ts";
import { colorOf, parseRendered, render } from "../../../adapters/discord/render.ts";
import { TooLong } from "../../../src/adapter.ts";
import type { Summary } from "../../../src/summary/summary.ts";
import { feed, inTime, postOf, summaryOf } from "../../contract/stage.ts";
import { nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, noGateway, onDiscord, startBot } from "./bot.ts";
import { hostileLines, hostileTexts } from "../../output/hostile-texts.ts";
import { readMarkdown } from "./markdown-reader.ts";
import type { SeenMessage } from "./seen.ts";

const hostile = [...hostileTexts, ...hostileLines].map(([, text]) => text);

function readsAs(markdown: string): object {
  const { text, links, mentions, styles } = readMarkdown(markdown);
  return { text, links, mentions, styles };
}

test.each(hostile)("text stays text: %j", (text) => {
  const expected = { text: plain(text).trim(), links: [], mentions: [], styles: [] };
  const paragraph: RootContent = { type: "paragraph", children: [{ type: "text", value: text }] };
  const read = readMarkdown(toDiscord([paragraph]));
  expect({ ...readsAs(toDiscord([paragraph])), text: read.text.trim() }).toEqual(expected);
});

/** A small generator with a seed, so that what failed once fails again. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const pieces =
  "**,*,__,_,~~,~,||,|,`,``,```,[,],(,),<,>,@everyone,@,#,-#,-,1.,://,https://a.example,\\,\n, ,a,b,:x:,<@1>,<#2>,![,](".split(
    ",",
  );

function randomText(next: () => number): string {
  return Array.from(
    { length: 1 + Math.floor(next() * 14) },
    () => pieces[Math.floor(next() * pieces.length)] ?? "",
  ).join("");
}

test("text of every mixture of marks stays text, alone, as a label, and inside marks", () => {
  const source = numbers(20_261_124);
  const next = (): number => source.next().value;
  for (let i = 0; i < 20_000; i += 1) {
    const text = randomText(next);
    const shown = plain(text).trim();
    const paragraph: RootContent = { type: "paragraph", children: [{ type: "text", value: text }] };
    const read = readMarkdown(toDiscord([paragraph]));
    expect([text, read.text.trim(), read.links, read.mentions, read.styles]).toEqual([text, shown, [], [], []]);
    const link = readMarkdown(maskedLink(text, "https://blog.example/post", 1500));
    expect([text, link.links.map(({ url }) => url), link.mentions, link.styles]).toEqual([
      text,
      ["https://blog.example/post"],
      [],
      [],
    ]);
    const bold = readMarkdown(`**${escapeText(text).trim() || "x"}**`);
    expect([text, bold.mentions, bold.links]).toEqual([text, [], []]);
  }
});

test("trees of marks and links: nothing but what the tree says takes effect", () => {
  const source = numbers(7);
  const next = (): number => source.next().value;
  for (let i = 0; i < 5000; i += 1) {
    const tree = randomTree(next);
    const read = readMarkdown(toDiscord(tree.children));
    expect(read.mentions).toEqual([]);
    expect(read.styles.filter((style) => !allowed.has(style))).toEqual([]);
    for (const { url } of read.links) expect(url).toBe("https://blog.example/inner");
  }
});

const allowed = new Set(["strong", "emphasis", "strike", "code", "code block", "list", "quote"]);

function randomTree(next: () => number): Root {
  const text = (): RootContent => ({ type: "text", value: randomText(next) });
  const inline = (depth: number): RootContent => {
    const children = depth > 2 ? [text()] : [inline(depth + 1), text()];
    const kinds = ["emphasis", "strong", "delete", "link", "inlineCode", "text"] as const;
    const kind = kinds[Math.floor(next() * kinds.length)] ?? "text";
    if (kind === "link") return { type: "link", url: "https://blog.example/inner", children: [text()] } as RootContent;
    if (kind === "inlineCode" || kind === "text") return { type: kind, value: randomText(next) };
    return { type: kind, children } as RootContent;
  };
  const paragraph = { type: "paragraph", children: [inline(0), text(), inline(0)] } as RootContent;
  const blocks: RootContent[] = [
    paragraph,
    { type: "blockquote", children: [paragraph] } as RootContent,
    { type: "list", ordered: next() > 0.5, children: [{ type: "listItem", children: [paragraph] }] } as RootContent,
    { type: "code", value: randomText(next) },
  ];
  return { type: "root", children: [blocks[Math.floor(next() * blocks.length)] ?? paragraph] };
}

test.each([
  ["https://bank.example/login", "https://evil.example/x", "bank.example/login (evil.example)"],
  ["bank.example", "https://evil.example/x", "bank.example (evil.example)"],
  ["www.blog.example/a", "https://blog.example/a", "www.blog.example/a"],
  ["", "https://blog.example/a", "blog.example"],
  ["[ANN] Something", "https://blog.example/a", "[ANN] Something"],
  ["half [open", "https://blog.example/a", "half ［open"],
  ["A label", "https://name:secret@blog.example/a", "A label"],
])("a label cannot pretend: %j to %s", (label, url, shown) => {
  const read = readMarkdown(maskedLink(label, url, 1500));
  expect(read.links.map((link) => link.label)).toEqual([shown]);
  expect(new URL(read.links[0]?.url ?? "").username).toBe("");
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "discord://-/x",
  "not a url",
  "",
  `https://a.example/${"x".repeat(3000)}`,
])("no link to %s", (url) => {
  expect(readsAs(maskedLink("label", url, 1500))).toEqual({ text: "label", links: [], mentions: [], styles: [] });
});

test("an address with brackets, spaces and marks in it stays one link", () => {
  const url = 'https://en.example/wiki/A_(b)_**c**_[d]_~~e~~?q=a|b`c"d e';
  const read = readMarkdown(`**${maskedLink("A label", url, 1500)}** and ${maskedLink("More", url, 1500)}`);
  expect(read.links.map(({ label }) => label)).toEqual(["A label", "More"]);
  expect(decodeURI(read.links[0]?.url ?? "")).toContain("/wiki/A_");
});

/** The whole way: rendered, posted, and looked at. */
async function shown(changes: Partial<Summary>, title = feed.title): Promise<SeenMessage | undefined> {
  let seen: SeenMessage | undefined;
  await onDiscord(async (server, stopLater) => {
    const { adapter } = stopLater(await startBot(server, nothingKept(), [], noGateway));
    const channel = server.addChannel();
    const post = postOf(changes);
    const outgoing = post.kind === "post" ? { ...post, feed: { ...feed, title } } : post;
    await adapter.post(deliveryTo(adapter, channel.id, outgoing), inTime);
    seen = server.seen(channel.id)[0];
  });
  return seen;
}

test("a card whose every field is hostile pings nobody and has one link", async () => {
  for (const text of hostile.filter((_, i) => i % 4 === 0)) {
    const excerpt: Root = {
      type: "root",
      children: [{ type: "paragraph", children: [{ type: "text", value: text }] }],
    };
    const seen = await shown({ title: text, author: text, source: `${text} 2`, excerpt }, text);
    expect(seen?.mentions).toEqual([]);
    expect(seen?.links.map(({ url }) => url)).toEqual(["https://blog.example/post"]);
  }
});

test("a card says author, linked title, excerpt, feed, time, minutes and shows the picture", async () => {
  const seen = await shown({ image: "https://blog.example/lead.png", minutes: 7, source: "Member blog" });
  expect(seen?.text.split("\n")).toEqual([
    "Ada Quill · Member blog",
    "A title",
    "What it says.",
    "The blog · 2026-01-02 03:04 · 7 min read",
  ]);
  expect(seen?.images).toEqual(["https://blog.example/lead.png"]);
  expect((await shown({ protected: true }))?.text).toContain("🔒 A title");
});

test("a picture is described, beside words and alone", () => {
  const excerpt: Root = {
    type: "root",
    children: [{ type: "paragraph", children: [{ type: "text", value: "Words." }] }],
  };
  const nothing: Root = { type: "root", children: [] };
  for (const words of [excerpt, nothing]) {
    const picture = {
      excerpt: words,
      image: "https://blog.example/a.png",
      imageAlt: `A kite\u202e. ${"x".repeat(2000)}`,
    };
    const card = render({ kind: "post", feed, summary: summaryOf(picture) });
    const [, description = ""] = /"description":"([^"]*)"/.exec(card) ?? [];
    expect(description).toMatch(/^A kite\. x{100}/);
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(render({ kind: "post", feed, summary: summaryOf({ ...picture, imageAlt: "" }) })).not.toContain(
      "description",
    );
  }
});

test("a picture whose address no platform takes is left out", async () => {
  for (const image of ["javascript:1", "nothing", `https://a.example/${"x".repeat(2100)}`])
    expect((await shown({ image }))?.images).toEqual([]);
});

test("a digest lists entries in order with links that cannot be forged, and says when it is too long", () => {
  const summaries = hostile.map((title, i) => summaryOf({ title, url: `https://blog.example/${String(i)}` }));
  const { components } = parseRendered(
    render({ kind: "digest", sections: [{ feed, summaries: summaries.slice(0, 20) }] }),
  );
  const [first] = components;
  const text =
    first !== undefined && "components" in first && "content" in (first.components[0] ?? {})
      ? first.components[0]
      : null;
  const read = readMarkdown(text !== null && text !== undefined && "content" in text ? text.content : "");
  expect(read.links.map(({ url }) => url)).toEqual(summaries.slice(0, 20).map(({ url }) => url));
  expect(read.mentions).toEqual([]);
  const many = Array.from({ length: 60 }, () => summaryOf({ title: "x".repeat(200) }));
  expect(() => render({ kind: "digest", sections: [{ feed, summaries: many }] })).toThrow(TooLong);
});

test("each feed has a colour of its own, the same for ever", () => {
  expect(colorOf("feed")).toBe(colorOf("feed"));
  expect(new Set(["a", "b", "c", "d"].map(colorOf)).size).toBe(4);
  for (const id of ["a", "b", "c"]) expect(colorOf(id)).toBeLessThanOrEqual(0xffffff);
});
