import { afterAll, beforeAll, expect, test } from "vitest";
import { channelKeys } from "../../src/store/keys.ts";
import { openRealRedis, type RealRedis } from "./real-redis.ts";
import { resending } from "./resending.ts";
import { type Act, freshPlace, type Row, stateAfter } from "./twice.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const AT = "1764000000000";

/** Two entries under a link, of which one was posted, and a feed whose follow went on as another. */
const met: Act = async ({ channel, feedId }) => {
  const { ledger, links, linkTimes } = channelKeys(channel);
  await real.redis.hset(links, { link: `${feedId}.1 ${feedId}.2`, [`>${feedId}`]: "another" });
  await real.redis.zadd(linkTimes, AT, "link", AT, `>${feedId}`);
  await real.redis.hset(ledger, `${feedId}.1`, JSON.stringify({ state: "posted", at: Number(AT) }));
};
const carry: Act = async ({ channels, channel }) => await channels.carried.carry(channel, `${channel}-moved`);

const rows: readonly Row[] = [
  { script: "carryLinks", before: [met], act: carry },
  { script: "carryLinks where they are", before: [met, carry], act: carry },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});

test("what is carried has the times it had", async () => {
  const place = freshPlace(real);
  await met(place);
  await carry(place);
  const { links, linkTimes } = channelKeys(`${place.channel}-moved`);
  const { feedId } = place;
  expect(await real.redis.hgetall(links)).toEqual({
    link: `${feedId}.1 ${feedId}.2`,
    [`>${feedId}`]: "another",
    [`<${feedId}.1`]: AT,
  });
  const fields = ["link", `>${feedId}`, `<${feedId}.1`];
  expect(await real.redis.zmscore(linkTimes, ...fields)).toEqual([AT, AT, AT]);
});
