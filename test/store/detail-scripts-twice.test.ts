import { afterAll, beforeAll, expect, test } from "vitest";
import { ChannelStore } from "../../src/store/channel-store.ts";
import { openRealRedis, type RealRedis } from "./real-redis.ts";
import { resending } from "./resending.ts";
import { type Act, freshPlace, type Row, stateAfter } from "./twice.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const DETAIL = { digest: "digest", key: "detail" } as const;

const takeOver: Act = async ({ channels, channel }) => await channels.delivery.takeOver(channel);
const follow: Act = async ({ channels, channel, feedId }) => await channels.beginFollow(channel, feedId, 9);
const admit: Act = async ({ channels, channel, feedId }) =>
  await channels.admit(
    channel,
    feedId,
    "1",
    [1, 2].map((n) => ({ n, why: "" })),
    1e9,
  );
const beginDigest: Act = async ({ channels, channel, feedId }) => {
  const ids = [`${feedId}.1`, `${feedId}.2`];
  const items = ids.map((id) => ({ id, linkKey: "" }));
  return await channels.delivery.begin(channel, "1", {
    key: DETAIL.digest,
    message: "bytes",
    items,
    attemptMs: 50,
    details: ids,
  });
};
const settleDigest: Act = async ({ channels, channel }) =>
  await channels.delivery.settle(channel, "1", DETAIL.digest, { state: "posted", ref: "ref" });
const begin =
  (n: number): Act =>
  async ({ channels, channel }) =>
    await channels.details.begin(channel, "1", { ...DETAIL, message: n === 1 ? "bytes" : "", taken: 1, n }, 50, 50);
const defer: Act = async ({ channels, channel }) =>
  await channels.details.defer(channel, "1", { ...DETAIL, phase: "waiting", ms: 1000 });
const refuse =
  (isAll: boolean): Act =>
  async ({ channels, channel }) =>
    await channels.details.refuse(channel, "1", { ...DETAIL, why: "refused", isAll });

const waiting = [follow, takeOver, admit, beginDigest, settleDigest];
const begun = [...waiting, begin(1)];

const rows: readonly Row[] = [
  { script: "settle of a digest", before: waiting.slice(0, -1), act: settleDigest },
  { script: "beginDetail", before: waiting, act: begin(1) },
  { script: "beginDetail again", before: [...begun, defer], act: begin(2) },
  { script: "deferDetail", before: begun, act: defer },
  {
    script: "settleDetail as landed",
    before: begun,
    act: async ({ channels, channel }) => await channels.details.landed(channel, DETAIL.digest, DETAIL.key, "ref-2"),
  },
  { script: "settleDetail as refused", before: begun, act: refuse(false) },
  { script: "settleDetail as refused with all", before: begun, act: refuse(true) },
  {
    script: "dropDetails",
    before: waiting,
    act: async ({ channels, channel }) => await channels.details.drop(channel, "1", DETAIL.digest, 0, "a reason"),
  },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});

test("a beginning detail that is sent again still says that this writer may send", async () => {
  const place = freshPlace(real);
  for (const step of waiting) await step(place);
  const again = { ...place, channels: new ChannelStore(resending(real.redis)) };
  expect(await begin(1)(again)).toMatchObject({ result: "ok" });
  expect(await begin(1)({ ...place, channels: new ChannelStore(real.redis) })).toMatchObject({ result: "ok" });
  expect(await begin(3)(place)).toMatchObject({ result: "changed" });
});

test("who is no longer the writer changes nothing but that one landed", async () => {
  const place = freshPlace(real);
  for (const step of [...begun, takeOver]) await step(place);
  const { details } = place.channels;
  for (const act of [begin(2), defer, refuse(true)]) expect(await act(place)).toMatchObject({ result: "stale" });
  expect(await details.drop(place.channel, "1", DETAIL.digest, 0, "x")).toMatchObject({ result: "stale" });
  expect(await details.landed(place.channel, DETAIL.digest, "another", "ref")).toMatchObject({ result: "changed" });
  expect(await details.landed(place.channel, DETAIL.digest, DETAIL.key, "ref")).toMatchObject({ result: "ok" });
});
