import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDocument } from "../../src/poll/record.ts";
import { ChannelStore } from "../../src/store/channel-store.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { openRealRedis, type RealRedis } from "./real-redis.ts";
import { resending } from "./resending.ts";
import { type Act, freshPlace, type Place, type Row, stateAfter } from "./twice.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const KEY = "key";
const row = (n: number): { n: number; why: string } => ({ n, why: "" });
const LINK = "link";
const items = ({ feedId }: Place): string[] => [`${feedId}.1`, `${feedId}.2`];

const read =
  (...numbers: readonly number[]): Act =>
  async ({ feeds, feedId }) =>
    await recordDocument(feeds, feedId, documentOf(numbers.map((n) => entry(n))), true, LIMITS);
const readShared: Act = async ({ feeds, feedId }) => {
  const document = documentOf([1, 2].map((n) => entry(n, { guid: "same" })));
  return await recordDocument(feeds, feedId, document, true, LIMITS);
};
const beginFollow: Act = async ({ channels, channel, feedId }) => await channels.beginFollow(channel, feedId, 9);
const commitFollow: Act = async ({ feeds, channel, feedId }) =>
  await feeds.followers.commit(feedId, channel, "1", "{}");
const admit: Act = async ({ channels, channel, feedId }) =>
  await channels.admit(channel, feedId, "1", [row(1), row(2), { n: 3, why: "a rule" }], 1e9);
const unfollow: Act = async ({ channels, channel, feedId }) => await channels.unfollow(channel, feedId);
const takeOver: Act = async ({ channels, channel }) => await channels.delivery.takeOver(channel);
const begin: Act = async (place) =>
  await place.channels.delivery.begin(place.channel, "1", {
    key: KEY,
    message: "bytes",
    items: items(place).map((id, i) => ({ id, linkKey: i === 0 ? LINK : "" })),
    attemptMs: 50,
    details: items(place),
  });
const defer: Act = async ({ channels, channel }) => await channels.delivery.defer(channel, "1", KEY, 1000, "later");
const settle =
  (state: "posted" | "rejected" | "held"): Act =>
  async ({ channels, channel }) =>
    await channels.delivery.settle(
      channel,
      "1",
      KEY,
      state === "posted" ? { state, ref: "ref" } : { state, why: "why", notice: state === "held" ? "a notice" : "" },
    );

const join: Act = async ({ feeds, feedId, channel }) => await feeds.followers.join(feedId, channel, "3", "{}");

const note: Act = async ({ channels, channel, feedId }) => await channels.moves.note(channel, feedId, "another");
const enter: Act = async ({ channels, channel, feedId }) => await channels.moves.enter(channel, feedId);
const leave: Act = async ({ channels, channel, feedId }) => await channels.moves.leave(feedId, channel, "1", "another");
const dropFollower: Act = async ({ feeds, channel, feedId }) => await feeds.followers.drop(feedId, channel, "1");
const numbersOf: Act = async ({ channels, feedId }) => {
  const { entries, doubtfulKeys } = documentOf([1, 2].map((n) => entry(n)));
  return await channels.moves.numbersOf(feedId, entries, doubtfulKeys);
};

const readChanged: Act = async ({ feeds, feedId }) =>
  await recordDocument(feeds, feedId, documentOf([entry(1, { titleRaw: "Changed" }), entry(3)]), true, LIMITS);
const ITEM = 1;
const edits = ({ channels }: Place): ChannelStore["edits"] => channels.edits;
const offerEdits: Act = async (place) =>
  await edits(place).offer(place.channel, place.feedId, "1", [
    { n: ITEM, rev: 3 },
    { n: 2, rev: 4 },
  ]);
const beginEdit: Act = async (place) => {
  const item = `~${place.feedId}.${String(ITEM)}`;
  const edit = { key: KEY, message: "bytes", aim: JSON.stringify({ kind: "edit", ref: "ref" }), item, rev: 3 };
  return await edits(place).begin(place.channel, "1", edit, 50);
};

const pending = [beginFollow, admit, takeOver];
const sending = [...pending, begin];
const editing = [...sending, settle("posted"), offerEdits, beginEdit];

const rows: readonly Row[] = [
  { script: "recordDocument, first reading", before: [], act: read(2, 1) },
  { script: "recordDocument with news", before: [read(1), commitFollow], act: read(3, 2, 1) },
  { script: "recordDocument without news", before: [read(2, 1), commitFollow], act: read(2, 1) },
  { script: "recordDocument with keys in doubt", before: [read(9)], act: readShared },
  { script: "recordDocument with a change", before: [read(2, 1), commitFollow], act: readChanged },
  {
    script: "recordDocument with keys in doubt that another entry showed last",
    before: [readShared, read(2)],
    act: readShared,
  },
  { script: "offerEdits", before: [...sending, settle("posted")], act: offerEdits },
  { script: "offerEdits for another follow", before: [admit], act: offerEdits },
  { script: "beginEdit", before: editing.slice(0, -1), act: beginEdit },
  {
    script: "dropEdit",
    before: editing.slice(0, -1),
    act: async (place) =>
      await edits(place).drop(place.channel, "1", `~${place.feedId}.${String(ITEM)}`, 3, "a reason"),
  },
  {
    script: "settleEdit as landed",
    before: editing,
    act: async (place) => await edits(place).settle(place.channel, "1", KEY, null),
  },
  {
    script: "settleEdit as refused",
    before: editing,
    act: async (place) => await edits(place).settle(place.channel, "1", KEY, "deleted"),
  },
  {
    script: "deferEdit",
    // What is deferred is due later than the other edit, however quick the machine is.
    before: [...editing, async () => await new Promise((resolve) => setTimeout(resolve, 5))],
    act: async (place) => await edits(place).defer(place.channel, "1", KEY, 1000, "later", 1, "pause"),
  },
  {
    script: "abandon an edit",
    before: editing,
    act: async ({ channels, channel }) => await channels.abandon(channel, KEY),
  },
  { script: "commitFollow", before: [read(2, 1)], act: commitFollow },
  {
    script: "changeFollower",
    before: [commitFollow],
    act: async ({ feeds, channel, feedId }) => await feeds.followers.change(feedId, channel, () => "{1}"),
  },
  {
    script: "dropFollower",
    before: [commitFollow],
    act: async ({ feeds, channel, feedId }) => await feeds.followers.drop(feedId, channel, "1"),
  },
  { script: "beginFollow", before: [], act: beginFollow },
  { script: "admit", before: [beginFollow], act: admit },
  { script: "admit for another follow", before: [beginFollow, unfollow], act: admit },
  {
    script: "unfollow",
    before: sending,
    act: unfollow,
  },
  {
    script: "scatter",
    before: sending,
    act: async ({ channels, channel }) => await channels.delivery.scatter(channel, "1", KEY),
  },
  {
    script: "adopt",
    before: pending,
    act: async ({ channels, channel, feedId }) => await channels.adopt(channel, [`${feedId}.8`, `${feedId}.9`]),
  },
  {
    script: "abandon",
    before: [...sending, defer],
    act: async ({ channels, channel }) => await channels.abandon(channel, KEY),
  },
  {
    script: "moveFollower",
    before: [read(1), commitFollow],
    act: async ({ feeds, channel, feedId }) => await feeds.followers.move(feedId, channel, "test:another", "7"),
  },
  {
    script: "announce",
    before: [],
    act: async ({ channels, channel }) => await channels.announce(channel, "gone", "x"),
  },
  {
    script: "closeFeed",
    before: [read(1), async ({ feeds, feedId }) => await feeds.beginMergeRound(feedId)],
    act: async ({ feeds, feedId }) => await feeds.close(feedId, "1", "1"),
  },
  {
    script: "joinFollower",
    before: [read(1)],
    act: join,
  },
  {
    script: "activateJoined",
    before: [read(1), join],
    act: async ({ feeds, feedId, channel }) => await feeds.followers.activateJoined(feedId, "1", [channel]),
  },
  {
    script: "holdFollower",
    before: [read(1), commitFollow],
    act: async ({ feeds, feedId, channel }) => await feeds.followers.hold(feedId, channel),
  },
  {
    script: "changeDefaults",
    before: [],
    act: async ({ channels, channel }) => await channels.settings.changeDefaults(channel, () => "{}"),
  },
  {
    script: "take of a fetch",
    before: [],
    act: async ({ channels, channel }) =>
      await channels.fetches.take(channel, "ada", "token", { windowMs: 60_000, mostOfUser: 1, mostOfChannel: 1 }),
  },
  { script: "note", before: [], act: note },
  { script: "enter", before: [note], act: enter },
  { script: "enter where it is followed already", before: [note, enter], act: enter },
  { script: "leave", before: [read(1), commitFollow], act: leave },
  { script: "dropFollower of who leaves", before: [read(1), commitFollow, leave], act: dropFollower },
  {
    script: "moveFollower of who leaves",
    before: [read(1), commitFollow, leave],
    act: async ({ feeds, channel, feedId }) => await feeds.followers.move(feedId, channel, "test:another", "7"),
  },
  { script: "numbersOf", before: [readShared], act: numbersOf },
  {
    script: "take",
    before: [beginFollow],
    act: async ({ channels, channel, feedId }) =>
      await channels.moves.take(channel, feedId, "1", [row(1), { n: 2, why: "a rule" }]),
  },
  { script: "begin", before: pending, act: begin },
  {
    script: "beginAgain",
    before: [...sending, defer],
    act: async ({ channels, channel }) => await channels.delivery.beginAgain(channel, "1", KEY, 2, 50),
  },
  { script: "defer", before: sending, act: defer },
  { script: "settle as posted", before: sending, act: settle("posted") },
  { script: "settle as rejected", before: sending, act: settle("rejected") },
  { script: "settle as held", before: sending, act: settle("held") },
  { script: "settle as posted what was held", before: [...sending, settle("held")], act: settle("posted") },
  {
    script: "withdraw",
    before: pending,
    act: async (place) =>
      await place.channels.delivery.withdraw(
        place.channel,
        "1",
        items(place).map((id) => ({ id, state: "withdrawn", why: "x", linkKey: LINK })),
      ),
  },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});

test("a begin that is sent again still says that this writer may send", async () => {
  const place = freshPlace(real);
  for (const step of pending) await step(place);
  expect(await begin({ ...place, channels: new ChannelStore(resending(real.redis)) })).toMatchObject({ result: "ok" });
});

test("a beginning edit that is sent again still says that this writer may send", async () => {
  const place = freshPlace(real);
  for (const step of editing.slice(0, -1)) await step(place);
  expect(await beginEdit({ ...place, channels: new ChannelStore(resending(real.redis)) })).toMatchObject({
    result: "ok",
  });
});

test("a follow that is sent again has one number", async () => {
  const place = freshPlace(real);
  expect(await beginFollow({ ...place, channels: new ChannelStore(resending(real.redis)) })).toBe("1");
});
