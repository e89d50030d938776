import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { resending } from "../store/resending.ts";
import { type Act, type Row, stateAfter } from "../store/twice.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const follow: Act = async ({ channels, channel, feedId }) => {
  await channels.beginFollow(channel, feedId, 9);
  await channels.admit(
    channel,
    feedId,
    "1",
    [1, 2, 3].map((n) => ({ n, why: "" })),
    1e9,
  );
  await channels.announce(channel, "n", "a notice");
};
const takeOver: Act = async ({ channels, channel }) => await channels.delivery.takeOver(channel);
const note: Act = async ({ channels, channel }) =>
  await channels.shown.note(channel, "1", "id", [
    { ref: "r1", headlines: ["a"] },
    { ref: "r2", headlines: ["a", "b"] },
    { ref: "r3", headlines: ["notice"] },
  ]);
const settle: Act = async ({ channels, channel, feedId }) =>
  await channels.shown.settle(channel, "1", [
    { id: `${feedId}.1`, headline: "a", linkKey: "link" },
    { id: `${feedId}.2`, headline: "b", linkKey: "" },
    { id: `${feedId}.3`, headline: "unknown", linkKey: "" },
    { id: "!n", headline: "notice", linkKey: "" },
  ]);
const cannotLook: Act = async ({ channels, channel }) => await channels.shown.cannotLook(channel, "1", "id", "why");

const before = [follow, takeOver];
const rows: readonly Row[] = [
  { script: "noteShown", before, act: note },
  { script: "noteShown after a settling", before: [...before, note, settle], act: note },
  { script: "settleShown", before: [...before, note], act: settle },
  { script: "cannotLook", before, act: cannotLook },
  { script: "cannotLook once more", before: [...before, cannotLook, takeOver], act: cannotLook },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});

test("a stale writer changes nothing", async () => {
  const { channels } = real;
  const channel = "test:stale";
  await channels.beginFollow(channel, "f", 9);
  await channels.delivery.takeOver(channel);
  await channels.delivery.takeOver(channel);
  expect((await channels.shown.note(channel, "1", "id", [])).result).toBe("stale");
  expect((await channels.shown.settle(channel, "1", [])).result).toBe("stale");
  expect((await channels.shown.cannotLook(channel, "1", "id", "why")).result).toBe("stale");
  expect(await channels.shown.standing(channel, "id")).toBe("to look");
});
