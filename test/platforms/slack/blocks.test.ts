import { expect, test } from "vitest";
import { fieldsOf, listOf } from "./json.ts";
import { call, outcome, serverForTests } from "./raw.ts";
import { problemsOfBlocks } from "./rules/blocks.ts";
import { problemsOfView } from "./rules/view.ts";

const here = serverForTests();

const mrkdwn = (text: string): object => ({ type: "mrkdwn", text });
const plain = (text: string): object => ({ type: "plain_text", text });
const section = (text: unknown): object => ({ type: "section", text });
const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const button = (changes: object = {}): object => ({ type: "button", action_id: "a", text: plain("b"), ...changes });
const rich = (...elements: object[]): object => ({ type: "rich_text", elements });
const richSection = (...elements: object[]): object => ({ type: "rich_text_section", elements });

/** Each rule: what breaks it, and the reference page that says so. */
const broken: readonly (readonly [string, readonly unknown[]])[] = [
  ["more than 50 blocks in a message (block-kit/blocks)", many(51, () => ({ type: "divider" }))],
  ["a type that there is not (block-kit/blocks)", [{ type: "carousel_of_horrors" }]],
  ["section text of 3001 characters (blocks/section-block)", [section(mrkdwn("x".repeat(3001)))]],
  ["empty section text (blocks/section-block)", [section(mrkdwn(""))]],
  ["a section with neither text nor fields (blocks/section-block)", [{ type: "section" }]],
  ["11 fields (blocks/section-block)", [{ type: "section", fields: many(11, () => mrkdwn("x")) }]],
  ["a field of 2001 characters (blocks/section-block)", [{ type: "section", fields: [mrkdwn("x".repeat(2001))] }]],
  ["a header of mrkdwn (blocks/header-block)", [{ type: "header", text: mrkdwn("x") }]],
  ["a header of 151 characters (blocks/header-block)", [{ type: "header", text: plain("x".repeat(151)) }]],
  ["11 elements in a context (blocks/context-block)", [{ type: "context", elements: many(11, () => mrkdwn("x")) }]],
  ["an empty context (blocks/context-block)", [{ type: "context", elements: [] }]],
  [
    "26 buttons (blocks/actions-block)",
    [{ type: "actions", elements: many(26, (i) => button({ action_id: String(i) })) }],
  ],
  [
    "a button label of 76 characters (block-elements/button-element)",
    [{ type: "actions", elements: [button({ text: plain("x".repeat(76)) })] }],
  ],
  [
    "a button value of 2001 characters (block-elements/button-element)",
    [{ type: "actions", elements: [button({ value: "x".repeat(2001) })] }],
  ],
  [
    "a button url of 3001 characters (block-elements/button-element)",
    [{ type: "actions", elements: [button({ url: `https://a.example/${"x".repeat(3000)}` })] }],
  ],
  [
    "a button style that there is not (block-elements/button-element)",
    [{ type: "actions", elements: [button({ style: "shiny" })] }],
  ],
  [
    "an action_id of 256 characters (block-elements)",
    [{ type: "actions", elements: [button({ action_id: "x".repeat(256) })] }],
  ],
  ["an action_id twice in a block (block-elements)", [{ type: "actions", elements: [button(), button()] }]],
  ["a block_id of 256 characters (block-kit/blocks)", [{ type: "divider", block_id: "x".repeat(256) }]],
  [
    "a block_id twice (block-kit/blocks)",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
  ],
  ["an image without alt_text (blocks/image-block)", [{ type: "image", image_url: "https://a.example/b.png" }]],
  [
    "an image that is no address (blocks/image-block)",
    [{ type: "image", image_url: "javascript:alert(1)", alt_text: "x" }],
  ],
  [
    "an alt_text of 2001 characters (blocks/image-block)",
    [{ type: "image", image_url: "https://a.example/b.png", alt_text: "x".repeat(2001) }],
  ],
  [
    "an input outside a modal (blocks/input-block)",
    [{ type: "input", label: plain("x"), element: { type: "plain_text_input", action_id: "a" } }],
  ],
  ["emoji on mrkdwn (composition-objects/text-object)", [section({ type: "mrkdwn", text: "x", emoji: true })]],
  [
    "verbatim on plain text (composition-objects/text-object)",
    [section({ type: "plain_text", text: "x", verbatim: true })],
  ],
  ["an empty text in rich_text (blocks/rich-text-block)", [rich(richSection({ type: "text", text: "" }))]],
  [
    "a link in rich_text that is no address (blocks/rich-text-block)",
    [rich(richSection({ type: "link", url: "nowhere" }))],
  ],
  [
    "a quote in a rich_text list (blocks/rich-text-block)",
    [rich({ type: "rich_text_list", style: "bullet", elements: [{ type: "rich_text_quote", elements: [] }] })],
  ],
  [
    "a style that there is not (blocks/rich-text-block)",
    [rich(richSection({ type: "text", text: "x", style: { loud: true } }))],
  ],
  [
    "an indent of 9 (blocks/rich-text-block)",
    [rich({ type: "rich_text_list", style: "bullet", indent: 9, elements: [] })],
  ],
  ["an empty rich_text (blocks/rich-text-block)", [rich()]],
];

test.each(broken)("%s is invalid_blocks, with a pointer", async (_rule, blocks) => {
  const { id } = here.server.slack.workspace.addChannel("blocks");
  const { body } = await call(here.server, "chat.postMessage", { channel: id, text: "x", blocks });
  expect(body).toMatchObject({ ok: false, error: "invalid_blocks" });
  expect(listOf(fieldsOf(body, "response_metadata"), "messages")[0]).toMatch(/json-pointer:/);
  expect(here.server.people.seen(id)).toEqual([]);
});

test("what is at the limits is taken", () => {
  const atLimits = [
    section(mrkdwn("x".repeat(3000))),
    { type: "header", text: plain("x".repeat(150)) },
    { type: "context", elements: many(10, () => mrkdwn("x")) },
    {
      type: "actions",
      block_id: "x".repeat(255),
      elements: many(25, (i) => button({ action_id: String(i), value: "x".repeat(2000) })),
    },
    { type: "image", image_url: "https://a.example/b.png", alt_text: "x".repeat(2000) },
    rich(
      richSection(
        { type: "text", text: "x" },
        { type: "link", url: "https://a.example/", text: "y", style: { bold: true } },
      ),
    ),
    rich({ type: "rich_text_preformatted", elements: [{ type: "text", text: "x" }] }),
  ];
  expect(problemsOfBlocks(atLimits, "message")).toEqual([]);
  expect(
    problemsOfBlocks(
      many(50, () => ({ type: "divider" })),
      "message",
    ),
  ).toEqual([]);
  expect(
    problemsOfBlocks(
      many(100, () => ({ type: "divider" })),
      "modal",
    ),
  ).toEqual([]);
});

test("blocks that are no JSON, and blocks with too much text over all (methods/chat.postMessage; bolt-js 2509)", async () => {
  const { id } = here.server.slack.workspace.addChannel("blocks");
  const post = async (blocks: unknown): Promise<string> =>
    await outcome(here.server, "chat.postMessage", { channel: id, text: "x", blocks });
  expect(await post("[{")).toBe("invalid_blocks_format");
  expect(await post(many(5, () => section(mrkdwn("x".repeat(2900)))))).toBe("msg_blocks_too_long");
});

test("an image that Slack cannot fetch makes the blocks invalid", async () => {
  const { slack } = here.server;
  const { id } = slack.workspace.addChannel("pictures");
  slack.brokenImages.add("https://gone.example/a.png");
  const image = { type: "image", image_url: "https://gone.example/a.png", alt_text: "x" };
  expect(await outcome(here.server, "chat.postMessage", { channel: id, text: "x", blocks: [image] })).toBe(
    "invalid_blocks",
  );
  slack.brokenImages.clear();
});

const input = (element: object): object => ({ type: "input", label: plain("x"), element });
const view = (changes: object = {}): object => ({
  type: "modal",
  title: plain("t"),
  submit: plain("s"),
  blocks: [input({ type: "plain_text_input", action_id: "a" })],
  ...changes,
});

test.each([
  ["a title of 25 characters", view({ title: plain("x".repeat(25)) })],
  ["a submit of 25 characters", view({ submit: plain("x".repeat(25)) })],
  ["private_metadata of 3001 characters", view({ private_metadata: "x".repeat(3001) })],
  ["a callback_id of 256 characters", view({ callback_id: "x".repeat(256) })],
  ["101 blocks", view({ blocks: many(101, () => ({ type: "divider" })) })],
  [
    "an input without submit",
    { type: "modal", title: plain("t"), blocks: [input({ type: "plain_text_input", action_id: "a" })] },
  ],
  [
    "a label of mrkdwn",
    view({ blocks: [{ type: "input", label: mrkdwn("x"), element: { type: "plain_text_input", action_id: "a" } }] }),
  ],
  [
    "101 options",
    view({
      blocks: [
        input({
          type: "static_select",
          action_id: "a",
          options: many(101, (i) => ({ text: plain("x"), value: String(i) })),
        }),
      ],
    }),
  ],
  [
    "an option text of 76 characters",
    view({
      blocks: [
        input({ type: "static_select", action_id: "a", options: [{ text: plain("x".repeat(76)), value: "v" }] }),
      ],
    }),
  ],
])("a modal with %s is refused (reference/views/modal-views, block-elements)", (_rule, bad) => {
  expect(problemsOfView(view())).toEqual([]);
  expect(problemsOfView(bad)).not.toEqual([]);
});
