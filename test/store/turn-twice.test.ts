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
const became: Act = async ({ channels, channel, feedId }) => await channels.moves.became(channel, feedId, "another");

const rows: readonly Row[] = [
  { script: "turn", before: [note, enter], act: turn },
  { script: "noteBecame", before: [], act: became },
  { script: "turn of what goes nowhere", before: [], act: turn },
  { script: "enter where it was turned", before: [note, enter, turn], act: enter },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});
