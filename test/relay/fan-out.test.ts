import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDocument } from "../../src/poll/record.ts";
import { type FanOutDeps, finishFanOuts } from "../../src/relay/fan-out.ts";
import { entryId } from "../../src/relay/item.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { excludingAuthor, follow, unfollow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life } from "./life.ts";
import { around, instead } from "./around.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** A feed that was read empty, with followers. */
interface Followed {
  readonly feedId: string;
  readonly followers: readonly string[];
  /** Entries with these numbers in their titles are recorded, and go no further. */
  readonly record: (...numbers: readonly number[]) => Promise<void>;
  readonly finish: (deps?: Partial<FanOutDeps>) => Promise<void>;
  /** Entry numbers in a follower's outbox, in order. */
  readonly outbox: (channel: string) => Promise<readonly number[]>;
  readonly woken: string[];
}

async function followed(count: number): Promise<Followed> {
  const { feeds, channels, redis } = real;
  const feedId = freshFeedId();
  await recordDocument(feeds, feedId, documentOf([]), true, LIMITS);
  const followers = Array.from({ length: count }, freshChannel);
  for (const channel of followers) await follow(real, channel, feedId);
  const woken: string[] = [];
  const wake = async (channel: string): Promise<void> => {
    woken.push(channel);
    await Promise.resolve();
  };
  return {
    feedId,
    followers,
    woken,
    async record(...numbers) {
      await recordDocument(feeds, feedId, documentOf(numbers.map((n) => entry(n))), true, LIMITS);
    },
    finish: async (deps = {}) => await finishFanOuts({ feeds, channels, wake, retentionMs: 1e9, ...deps }, feedId),
    outbox: async (channel) =>
      (await redis.zrange(channelKeys(channel).outbox, "0", "-1")).map((id) => Number(id.slice(feedId.length + 1))),
  };
}

test("every follower gets every entry once, in order, and is woken", async () => {
  const { followers, record, finish, outbox, woken, feedId } = await followed(20);
  await record(2, 1, 3);
  await finish();
  for (const channel of followers) expect(await outbox(channel)).toEqual([1, 2, 3]);
  expect(woken.toSorted()).toEqual(followers.toSorted());
  expect(await real.feeds.hasFanOut(feedId)).toBe(false);
});

test("records that stayed open are brought in order, and again without effect", async () => {
  const { followers, record, finish, outbox } = await followed(2);
  for (const n of [1, 2, 3]) await record(n);
  await finish();
  await finish();
  for (const channel of followers) expect(await outbox(channel)).toEqual([1, 2, 3]);
});

test("any number of processes at once bring each entry once, in order", async () => {
  const { followers, record, finish, outbox } = await followed(5);
  for (const n of [1, 2, 3]) await record(n);
  await Promise.all([finish(), finish(), record(4).then(async () => await finish()), finish()]);
  await finish();
  for (const channel of followers) expect(await outbox(channel)).toEqual([1, 2, 3, 4]);
});

test("a process that was held up with an old record brings nothing twice and nothing out of order", async () => {
  const { followers, record, finish, outbox } = await followed(1);
  const [channel = ""] = followers;
  await record(1);
  await record(2);
  let hurry: () => void = () => undefined;
  const heldUp = new Promise<void>((resolve) => (hurry = resolve));
  const slow = around(real.feeds, async (name, call) => {
    const result = await call();
    if (name === "entries") await heldUp;
    return result;
  });
  const late = finish({ feeds: slow });
  await record(3);
  await finish();
  hurry();
  await late;
  expect(await outbox(channel)).toEqual([1, 2, 3]);
});

test.each(["before", "after"] as const)(
  "a process that dies %s any of its steps loses nothing, repeats nothing, and leaves no one asleep",
  async (moment) => {
    const life = new Life();
    const dry = await followed(2);
    for (const n of [1, 2]) await dry.record(n);
    await dry.finish({ feeds: dying(real.feeds, life), channels: dying(real.channels, life) });
    expect(life.calls).toBeGreaterThan(6);
    for (let step = 1; step <= life.calls; step += 1) {
      const { followers, record, finish, outbox, woken } = await followed(2);
      for (const n of [1, 2]) await record(n);
      const short = new Life(step, moment);
      await expect(
        finish({
          feeds: dying(real.feeds, short),
          channels: dying(real.channels, short),
          wake: async () => await Promise.resolve(),
        }),
      ).rejects.toThrow("killed");
      await finish();
      for (const channel of followers) expect(await outbox(channel)).toEqual([1, 2]);
      if (step < life.calls) expect(woken.length).toBeGreaterThan(0);
    }
  },
);

test("a record stays open until every follower was woken", async () => {
  const { feedId, record, finish } = await followed(2);
  await record(1);
  await expect(finish({ wake: async () => await Promise.reject(new Error("no queue")) })).rejects.toThrow("no queue");
  expect(await real.feeds.hasFanOut(feedId)).toBe(true);
});

test("an entry goes to those who followed when it was recorded, not to those who came after", async () => {
  const { feedId, record, finish, outbox } = await followed(1);
  const late = freshChannel();
  await record(1);
  await follow(real, late, feedId);
  await record(2);
  await finish();
  expect(await outbox(late)).toEqual([2]);
});

test("a filter decides as it stood when the entry was recorded, and the ledger names the rule", async () => {
  const { feedId, followers, record, finish, outbox } = await followed(1);
  const [channel = ""] = followers;
  await real.feeds.followers.change(feedId, channel, () => JSON.stringify({ filter: excludingAuthor("Ada Example") }));
  await record(1);
  await real.feeds.followers.change(feedId, channel, () => "{}");
  await record(2);
  await finish();
  expect(await outbox(channel)).toEqual([2]);
  const row = await real.channels.ledgerRow(channel, entryId(feedId, 1));
  expect(row).toMatchObject({ state: "filtered", why: "author “Ada Example” is excluded" });
});

test("entries are read for a follower with rules, and for no other", async () => {
  const { feedId, followers, record, finish, outbox } = await followed(2);
  const [plain = "", strict = ""] = followers;
  let reads = 0;
  const feeds = around(real.feeds, async (name, call) => {
    if (name === "entries") reads += 1;
    return await call();
  });
  await record(1);
  await finish({ feeds });
  expect(reads).toBe(0);
  await real.feeds.followers.change(feedId, strict, () => JSON.stringify({ filter: excludingAuthor("Ada Example") }));
  await record(2);
  await finish({ feeds });
  expect(reads).toBe(1);
  expect([await outbox(plain), await outbox(strict)]).toEqual([[1, 2], [1]]);
});

test("an unfollowed channel gets nothing of an old record, and the ledger says why", async () => {
  const { feedId, followers, record, finish, outbox } = await followed(2);
  const [left = "", stayed = ""] = followers;
  await record(1);
  await unfollow(real, left, feedId);
  await finish();
  expect(await outbox(left)).toEqual([]);
  expect(await outbox(stayed)).toEqual([1]);
  expect(await real.channels.ledgerRow(left, entryId(feedId, 1))).toMatchObject({ state: "withdrawn" });
});

test("a channel that follows anew gets nothing of what was recorded for its old follow, and all that comes", async () => {
  const { feedId, followers, record, finish, outbox } = await followed(1);
  const [channel = ""] = followers;
  await record(1);
  await unfollow(real, channel, feedId);
  await follow(real, channel, feedId);
  await record(2);
  await finish();
  expect(await outbox(channel)).toEqual([2]);
  expect(await real.feeds.followers.get(feedId, channel)).not.toBeNull();
});

test("what was posted is not offered again when its record is brought once more", async () => {
  const { feedId, followers, record, finish, outbox } = await followed(1);
  const [channel = ""] = followers;
  await record(1);
  const open = await real.feeds.openFanOuts(feedId);
  await finish();
  await real.redis.del(channelKeys(channel).outbox);
  const kept = instead(real.feeds, "openFanOuts", async () => await Promise.resolve(open));
  await finish({ feeds: kept });
  expect(await outbox(channel)).toEqual([]);
});

test("a first reading and a document without news write no record", async () => {
  const feedId = freshFeedId();
  await follow(real, freshChannel(), feedId);
  await recordDocument(real.feeds, feedId, documentOf([entry(1)]), true, LIMITS);
  await recordDocument(real.feeds, feedId, documentOf([entry(1)]), true, LIMITS);
  expect(await real.feeds.hasFanOut(feedId)).toBe(false);
});
