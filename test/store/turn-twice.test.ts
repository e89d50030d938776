import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "./real-redis.ts";
import { resending } from "./resending.ts";
import { type Act, type Row, stateAfter } from "./twice.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const note: Act = async ({ channels, channel, feedId }) => await channels.moves.note(channel, feedId, "another");
const enter: Act = async ({ channels, channel, feedId }) => await channels.moves.enter(channel, feedId);
const turn: Act = async ({ channels, channel, feedId }) =>
  await channels.moves.turn(channel, feedId, "another", "a third");
const join: Act = async ({ feeds, channel, feedId }) => await feeds.followers.join(feedId, channel, "3", "{}");
const beginRound: Act = async ({ feeds, feedId }) => await feeds.setState(feedId, { mergeTry: "1" });
const follow: Act = async ({ feeds, channel, feedId }) => await feeds.followers.commit(feedId, channel, "1", "{}");
const leave: Act = async ({ channels, channel, feedId }) => await channels.moves.leave(feedId, channel, "1", "another");
const comeBack =
  (lastNumber: string): Act =>
  async ({ channels, channel, feedId }) =>
    await channels.moves.comeBack(feedId, channel, "another", lastNumber);
const stay: Act = async ({ channels, channel, feedId }) => await channels.moves.stay(channel, feedId, "another");
const begin: Act = async ({ channels, channel, feedId }) => await channels.beginFollow(channel, feedId, 9);
const unfollow: Act = async ({ channels, channel, feedId }) => await channels.moves.unfollow(channel, feedId);
const became: Act = async ({ channels, channel, feedId }) => await channels.moves.became(channel, feedId, "another");

const rows: readonly Row[] = [
  { script: "turn", before: [note, enter], act: turn },
  { script: "joinFollower while a merge is under way", before: [beginRound], act: join },
  { script: "comeBack", before: [follow, leave], act: comeBack("0") },
  { script: "comeBack to wait for a merge", before: [follow, leave], act: comeBack("") },
  { script: "leave behind comeBack", before: [follow, leave, comeBack("0")], act: leave },
  { script: "stay", before: [note, enter], act: stay },
  { script: "unfollow of a feed that is left", before: [begin, note], act: unfollow },
  { script: "noteBecame", before: [], act: became },
  { script: "turn of what goes nowhere", before: [], act: turn },
  { script: "enter where it was turned", before: [note, enter, turn], act: enter },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});
