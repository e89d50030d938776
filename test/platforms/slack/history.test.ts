import { expect, test } from "vitest";
import { type Fields, fieldsOf, isFields, listOf, textOf } from "./json.ts";
import { call, outcome, serverForTests } from "./raw.ts";
import { BOT, BOT_USER, type SlackChannel } from "./workspace.ts";

const here = serverForTests();

/** A channel with messages of the seconds 1 to `count`. */
function channelWith(count: number): SlackChannel {
  const channel = here.server.slack.workspace.addChannel("archive");
  for (let i = 1; i <= count; i++)
    channel.messages.push({
      ts: `${String(i)}.000000`,
      user: BOT_USER,
      botId: BOT,
      text: `message ${String(i)}`,
      blocks: [],
      metadata: { event_type: "sent", event_payload: { key: `key ${String(i)}` } },
      edited: false,
      inHistoryAtMs: 0,
    });
  return channel;
}

async function read(channel: SlackChannel, args: Fields = {}): Promise<Fields> {
  const { body } = await call(here.server, "conversations.history", { channel: channel.id, ...args });
  return body;
}

function messages(body: Fields): Fields[] {
  return listOf(body, "messages").filter(isFields);
}

const seconds = (body: Fields): number[] => messages(body).map((message) => Number(textOf(message, "ts")));

test("newest first, in pages that a cursor joins, to the end (methods/conversations.history, pagination)", async () => {
  const channel = channelWith(5);
  const first = await read(channel, { limit: 2 });
  expect([seconds(first), first["has_more"]]).toEqual([[5, 4], true]);
  const cursor = textOf(fieldsOf(first, "response_metadata"), "next_cursor");
  // What comes meanwhile does not shift the pages.
  channel.messages.push({ ...channel.messages[0], ts: "9.000000" } as (typeof channel.messages)[number]);
  const second = await read(channel, { limit: 2, cursor });
  expect(seconds(second)).toEqual([3, 2]);
  const third = await read(channel, { limit: 2, cursor: textOf(fieldsOf(second, "response_metadata"), "next_cursor") });
  expect([seconds(third), third["has_more"]]).toEqual([[1], false]);
  expect(textOf(fieldsOf(third, "response_metadata"), "next_cursor")).toBe("");
});

test("oldest and latest leave out their own moment unless inclusive (methods/conversations.history, arguments)", async () => {
  const channel = channelWith(5);
  expect(seconds(await read(channel, { oldest: "2", latest: "4" }))).toEqual([3]);
  expect(seconds(await read(channel, { oldest: "2", latest: "4", inclusive: true }))).toEqual([4, 3, 2]);
  expect(await outcome(here.server, "conversations.history", { channel: channel.id, oldest: "soon" })).toBe(
    "invalid_ts_oldest",
  );
  expect(await outcome(here.server, "conversations.history", { channel: channel.id, cursor: "x" })).toBe(
    "invalid_cursor",
  );
});

test("the payload of metadata comes only when all metadata is asked for (methods/conversations.history; python-slack-sdk 1501)", async () => {
  const channel = channelWith(1);
  const without = fieldsOf(messages(await read(channel))[0] ?? {}, "metadata");
  expect(without).toEqual({ event_type: "sent", event_payload: {} });
  const withAll = fieldsOf(messages(await read(channel, { include_all_metadata: true }))[0] ?? {}, "metadata");
  expect(withAll["event_payload"]).toEqual({ key: "key 1" });
});

test("only members read (methods/conversations.history)", async () => {
  const channel = channelWith(1);
  channel.members.delete(BOT_USER);
  expect(await outcome(here.server, "conversations.history", { channel: channel.id })).toBe("not_in_channel");
});

test("history may lag behind what was posted, and may be refused", async () => {
  const { slack } = here.server;
  const channel = channelWith(0);
  slack.trouble.settings.historyLagMs = 60_000;
  slack.trouble.random = () => 0.99;
  await call(here.server, "chat.postMessage", { channel: channel.id, text: "just now" });
  slack.trouble.settings.historyLagMs = 0;
  expect(seconds(await read(channel))).toEqual([]);
  expect(here.server.people.seen(channel.id)).toHaveLength(1);
  slack.trouble.settings.historyError = "missing_scope";
  expect(await outcome(here.server, "conversations.history", { channel: channel.id })).toBe("missing_scope");
  slack.trouble.settings.historyError = "";
});

test("the strict limits: 15 objects, one request a minute (methods/conversations.history, rate limiting)", async () => {
  const { settings } = here.server.slack.trouble;
  settings.strictHistory = true;
  settings.strictMinuteMs = 60_000;
  const channel = channelWith(20);
  const limited = await call(here.server, "conversations.history", { channel: channel.id });
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  settings.strictMinuteMs = 1;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seconds(await read(channel, { limit: 100 }))).toHaveLength(15);
  settings.strictHistory = false;
});
