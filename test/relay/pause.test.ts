import { afterAll, beforeAll, expect, test } from "vitest";
import { channelUnusable, channelUsable, PAUSED_BY_A_PERSON } from "../../src/relay/pause.ts";
import { freshChannel, openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const woken: string[] = [];
const deps = () => ({
  channels: real.channels,
  wake: async (id: string) => void (await Promise.resolve(woken.push(id))),
});

test("a channel that became unusable is paused with the reason, and goes on when it is usable again", async () => {
  const channel = freshChannel();
  await channelUnusable(deps(), channel, "the bot was removed");
  expect(await real.channels.pausedBecause(channel)).toBe("the bot was removed");
  await channelUsable(deps(), channel);
  expect(await real.channels.pausedBecause(channel)).toBeNull();
  expect(woken).toContain(channel);
});

test("what a person paused, only a person resumes", async () => {
  const channel = freshChannel();
  await real.channels.pause(channel, PAUSED_BY_A_PERSON);
  await channelUnusable(deps(), channel, "the bot was removed");
  await channelUsable(deps(), channel);
  expect(await real.channels.pausedBecause(channel)).toBe(PAUSED_BY_A_PERSON);
  expect(woken).not.toContain(channel);
});
