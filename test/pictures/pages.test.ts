import type { Element, Root as HastRoot } from "hast";
import { fromHtml } from "hast-util-from-html";
import type { Root } from "mdast";
import { visit } from "unist-util-visit";
import { describe, expect, test } from "vitest";
import { answerOf, pageComponents } from "../../adapters/discord/answer.ts";
import { render as renderForDiscord } from "../../adapters/discord/render.ts";
import { answerPages } from "../../adapters/matrix/answer.ts";
import { contentOf } from "../../adapters/matrix/message.ts";
import { privateMessage, toAnswer } from "../../adapters/slack/answer.ts";
import { toMessage } from "../../adapters/slack/message.ts";
import type { Outgoing } from "../../src/adapter.ts";
import { bulletList, code, done, link, paragraph, time } from "../../src/command/reply.ts";
import { feed, postOf, summaryOf } from "../contract/stage.ts";
import { isJson, type Json } from "../platforms/discord/json.ts";
import { type Fields, isFields } from "../platforms/slack/json.ts";
import { discordPage } from "./discord.ts";
import { matrixPage } from "./matrix.ts";
import type { Sent } from "./sent.ts";
import { slackPage } from "./slack.ts";

/** What a feed may say, no longer than a name that no platform cuts. */
const hostile = `</style><script>alert(1)</script><img src=x onerror=y>"'&amp; &lt;i&gt; **x** _y_ \`z\` <!here>`;
const css = "body { color: red }";

const excerpt: Root = {
  type: "root",
  children: [
    { type: "paragraph", children: [{ type: "text", value: hostile }] },
    {
      type: "paragraph",
      children: [
        { type: "link", url: "https://in.example/excerpt?a=1&b=2", children: [{ type: "text", value: hostile }] },
        { type: "inlineCode", value: "1 < 2" },
        { type: "delete", children: [{ type: "text", value: "gone" }] },
      ],
    },
    {
      type: "list",
      ordered: true,
      start: 3,
      children: [{ type: "listItem", children: [{ type: "paragraph", children: [{ type: "text", value: "third" }] }] }],
    },
    { type: "blockquote", children: [{ type: "paragraph", children: [{ type: "text", value: "quoted" }] }] },
    { type: "code", value: "if (a < b)\n  **c**" },
  ],
};

const image = "https://blog.example/img/rack.png";
const outgoing: { readonly post: Outgoing; readonly digest: Outgoing } = {
  post: postOf({ title: hostile, author: hostile, source: `${hostile}2`, excerpt, image, minutes: 4 }),
  digest: {
    kind: "digest",
    feed: { ...feed, title: hostile },
    summaries: [1, 2].map((n) =>
      summaryOf({ title: `${hostile}${String(n)}`, url: `https://blog.example/${String(n)}` }),
    ),
  },
};
const help = done([
  bulletList([[code("follow <url>"), ` — ${hostile}`]]),
  paragraph(link("https://help.example/", hostile)),
]);

const search = done([paragraph(link("https://found.example/", hostile), " · ", time("2026-05-17T14:24:00.000Z"))]);

const linked = [
  "https://blog.example/post",
  "https://in.example/excerpt?a=1&b=2",
  "https://blog.example/1",
  "https://blog.example/2",
  "https://found.example/",
  "https://help.example/",
];

/** As it comes over the wire. */
function received(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function discord(): string {
  const body = (value: unknown): Json => {
    const got = received(value);
    return isJson(got) ? got : {};
  };
  const sent: Sent<Json> = {
    post: body(JSON.parse(renderForDiscord(outgoing.post))),
    digest: body(JSON.parse(renderForDiscord(outgoing.digest))),
    search: body({ components: pageComponents(answerOf(search, "1"), "1", 0) }),
    help: body({ components: pageComponents(answerOf(help, "1"), "1", 0) }),
  };
  return discordPage(sent, css);
}

function slack(): string {
  const blocks = (value: unknown): Fields[] => {
    const got = received(value);
    return Array.isArray(got) ? got.filter(isFields) : [];
  };
  return slackPage(
    {
      post: blocks(toMessage(outgoing.post).blocks),
      digest: blocks(toMessage(outgoing.digest).blocks),
      search: blocks(privateMessage(toAnswer(search), "id", 0).blocks),
      help: blocks(privateMessage(toAnswer(help), "id", 0).blocks),
    },
    css,
  );
}

function matrix(): string {
  const [[found], [answer]] = [answerPages(search), answerPages(help)];
  return matrixPage(
    {
      post: contentOf(outgoing.post).formatted_body,
      digest: contentOf(outgoing.digest).formatted_body,
      search: found?.formatted_body ?? "",
      help: answer?.formatted_body ?? "",
    },
    css,
  );
}

function elementsOf(root: HastRoot): Element[] {
  const found: Element[] = [];
  visit(root, "element", (one) => void found.push(one));
  return found;
}

function wordsOf(root: HastRoot): string {
  let words = "";
  visit(root, "text", ({ value }) => void (words += value));
  return words.replaceAll(/\s+/g, " ");
}

describe.each([
  ["discord", discord],
  ["slack", slack],
  ["matrix", matrix],
] as const)("the page of %s", (name, draw) => {
  const root = fromHtml(draw());
  const elements = elementsOf(root);

  test("shows what a feed says as words and nothing more", () => {
    expect(elements.filter(({ tagName }) => ["script", "iframe", "object", "form"].includes(tagName))).toEqual([]);
    expect(elements.flatMap(({ properties }) => Object.keys(properties)).filter((key) => /^on/i.test(key))).toEqual([]);
    expect(elements.filter(({ tagName }) => tagName === "style").map((one) => one.children)).toMatchObject([
      [{ value: css }],
    ]);
    // Title, author, source, excerpt and its link, two titles and the name of a digest, a hit, an answer and its link.
    const times = wordsOf(root).split(hostile).length - 1;
    expect(times).toBe(11);
    expect(wordsOf(root)).toMatch(/2026.*(?:2:24 PM|14:24 UTC)/);
    expect(wordsOf(root)).toContain("if (a < b) **c**");
  });

  test("has every link of what was sent, and no other", () => {
    const targets = elements.filter(({ tagName }) => tagName === "a").map(({ properties }) => properties["href"]);
    expect(targets).toEqual(linked);
  });

  test("needs nothing from anywhere", () => {
    const sources = elements.flatMap(({ properties }) => [properties["src"], properties["srcSet"], properties["data"]]);
    const pictures = sources.filter((source) => source !== undefined);
    expect(pictures).toHaveLength(name === "matrix" ? 0 : 1);
    for (const source of pictures) expect(source).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(elements.filter(({ tagName }) => tagName === "link")).toEqual([]);
  });
});
