import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "./real-redis.ts";
import { resending } from "./resending.ts";
import { type Act, type Row, stateAfter } from "./twice.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const beginFollow: Act = async ({ channels, channel, feedId }) => await channels.beginFollow(channel, feedId, 9);
const takeOver: Act = async ({ channels, channel }) => await channels.delivery.takeOver(channel);
const mark: Act = async ({ channels, channel }) => await channels.forgets.mark(channel);
const remove: Act = async ({ channels, channel }) => await channels.forgets.remove(channel);

const kept = [beginFollow, takeOver];
const rows: readonly Row[] = [
  { script: "mark", before: kept, act: mark },
  { script: "remove", before: [...kept, mark], act: remove },
  { script: "remove without a mark", before: kept, act: remove },
  { script: "beginFollow with a mark", before: [...kept, mark], act: beginFollow },
  { script: "beginFollow where a channel was forgotten", before: [...kept, mark, remove], act: beginFollow },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});
