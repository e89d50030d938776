import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PollClaimed, runShard, shardOf } from "../../src/poll/shards.ts";
import { dueKey } from "../../src/store/keys.ts";
import type { PollResult } from "../../src/poll/poll-feed.ts";
import { freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { until } from "../support/wait.ts";
import { never, silent } from "./polling.ts";

let real: RealRedis;
let shard = 100;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const polled = (nextInMs: number): PollResult => ({
  kind: "polled",
  nextInMs,
  failure: null,
  url: "https://here.example/feed",
  event: { kind: "same" },
});

/** A shard of its own with so many feeds that are due. */
async function dueShard(count: number): Promise<{ readonly shard: number; readonly ids: readonly string[] }> {
  shard += 1;
  const ids = Array.from({ length: count }, freshFeedId);
  for (const id of ids) await real.feeds.schedule.add(shard, id, 0);
  return { shard, ids };
}

async function dueInMs(shard: number, feedId: string): Promise<number | null> {
  const at = await real.feeds.schedule.dueAt(shard, feedId);
  return at === null ? null : at - Date.now();
}

test("two that claim at once never get the same feed", async () => {
  const { shard, ids } = await dueShard(20);
  const claims = await Promise.all([1, 2, 3].map(async () => await real.feeds.schedule.claimDue(shard, 8, 60_000)));
  expect(claims.flatMap((claim) => claim.ids).sort()).toEqual(ids.toSorted());
});

test("a feed whose poll died is due again after its provisional time", async () => {
  const { shard, ids } = await dueShard(1);
  expect(await real.feeds.schedule.claimDue(shard, 8, 60)).toMatchObject({ ids });
  expect((await real.feeds.schedule.claimDue(shard, 8, 60)).ids).toEqual([]);
  await until("the feed to be due again", 2000, async () =>
    (await real.feeds.schedule.claimDue(shard, 8, 60)).ids.length > 0 ? true : undefined,
  );
});

test("a feed whose poll died is left alone for as long as before, and a little longer: the lost answer may have come late", async () => {
  for (const intervalMs of [2000, 15 * 60_000, 7 * 86_400_000]) {
    const { shard, ids } = await dueShard(1);
    const [id = ""] = ids;
    await real.feeds.schedule.setDefinitive(shard, id, intervalMs);
    const score = Number(await real.redis.zscore(dueKey(shard), id));
    await real.redis.zadd(dueKey(shard), score - intervalMs, id);
    expect((await real.feeds.schedule.claimDue(shard, 8, 1000)).ids).toEqual([id]);
    const leastMs = intervalMs + Math.min(intervalMs / 4, 30_000);
    const inMs = await dueInMs(shard, id);
    expect(inMs).toBeGreaterThan(leastMs - 1000);
    expect(inMs).toBeLessThan(leastMs * 1.03 + 1000);
    // And so again, should that poll die, too.
    await real.redis.zadd(dueKey(shard), Number(await real.redis.zscore(dueKey(shard), id)) - (inMs ?? 0) - 1, id);
    expect((await real.feeds.schedule.claimDue(shard, 8, 1000)).ids).toEqual([id]);
    expect(await dueInMs(shard, id)).toBeGreaterThan(leastMs - 1000);
  }
});

test("a feed that was claimed and not asked is due again soon, and keeps what is known of its interval", async () => {
  const { shard, ids } = await dueShard(1);
  const [id = ""] = ids;
  await real.feeds.schedule.setDefinitive(shard, id, 3_600_000);
  await real.feeds.schedule.postpone(shard, id, 500);
  expect(await dueInMs(shard, id)).toBeLessThanOrEqual(500);
  await real.feeds.schedule.postpone(shard, id, -1);
  expect((await real.feeds.schedule.claimDue(shard, 8, 1000)).ids).toEqual([id]);
  expect(await dueInMs(shard, id)).toBeGreaterThan(3_600_000);
  await real.feeds.schedule.remove(shard, id);
  await real.feeds.schedule.postpone(shard, id, 500);
  expect(await dueInMs(shard, id)).toBeNull();
});

test("feeds of one host share a shard, whatever the path, scheme or port", () => {
  const urls = ["http://a.example/1", "https://a.example/2", "http://a.example:8080/3"];
  expect(new Set(urls.map((url) => shardOf(url, 1000))).size).toBe(1);
});

test("a shard polls all that is due, writes the definitive times, and rests until the next one", async () => {
  const { shard, ids } = await dueShard(3);
  const restMs = await runShard(
    { feeds: real.feeds, minMs: 5000, log: silent, home: () => shard, poll: async () => polled(3000) },
    shard,
    never,
  );
  expect(restMs).toBeGreaterThan(2000);
  expect(restMs).toBeLessThanOrEqual(3000);
  for (const id of ids) expect(await dueInMs(shard, id)).toBeGreaterThan(2000);
});

test("a slow feed holds up no other", async () => {
  const { shard, ids } = await dueShard(2);
  const [slow = "", quick = ""] = ids;
  const done: string[] = [];
  let letGo: () => void = () => undefined;
  const others = new Promise<void>((resolve) => (letGo = resolve));
  const poll = async (id: string): Promise<PollResult> => {
    if (id === slow) await others;
    done.push(id);
    if (done.length === 3) letGo();
    return polled(id === slow ? 60_000 : 0);
  };
  // The quick one is due again at once, so it is polled three times while the slow one waits.
  const ended = new AbortController();
  const run = runShard({ feeds: real.feeds, minMs: 60_000, log: silent, home: () => shard, poll }, shard, ended.signal);
  await others;
  ended.abort();
  await run;
  expect(done.slice(0, 3)).toEqual([quick, quick, quick]);
});

test("a feed that is gone leaves the schedule; one whose poll broke off stays on it", async () => {
  const { shard, ids } = await dueShard(2);
  const [gone = "", broken = ""] = ids;
  const poll = async (id: string): Promise<PollResult> =>
    id === gone ? { kind: "stop", failure: "gone" } : await Promise.reject(new Error("broken"));
  await runShard({ feeds: real.feeds, minMs: 5000, log: silent, home: () => shard, poll }, shard, never);
  expect(await dueInMs(shard, gone)).toBeNull();
  expect(await dueInMs(shard, broken)).toBeGreaterThan(3000);
});

test("a feed that was unfollowed during its poll stays off the schedule", async () => {
  const { shard } = await dueShard(1);
  const poll = async (id: string): Promise<PollResult> => {
    await real.feeds.schedule.remove(shard, id);
    return polled(1000);
  };
  await runShard({ feeds: real.feeds, minMs: 1000, log: silent, home: () => shard, poll }, shard, never);
  expect(await real.feeds.schedule.all(shard)).toEqual([]);
});

test("a busy host's feed is tried again soon", async () => {
  const { shard, ids } = await dueShard(1);
  const poll = async (): Promise<PollResult> => await Promise.resolve({ kind: "busy" });
  const restMs = await runShard(
    { feeds: real.feeds, minMs: 60_000, log: silent, home: () => shard, poll },
    shard,
    never,
  );
  expect(restMs).toBeLessThanOrEqual(1000);
  expect(await dueInMs(shard, ids[0] ?? "")).toBeLessThanOrEqual(1000);
});

test("a poll whose turn comes when its claim has nearly run out is given up, and what another process wrote stays", async () => {
  const { shard, ids } = await dueShard(1);
  const [id = ""] = ids;
  const asked: string[] = [];
  const poll: PollClaimed = async (feedId, _signal, isHeld) => {
    // One that waits for its place so long that the feed falls due again: another process asks, and knows when to come back.
    await until("the claim to be void", 5000, async () => ((await Promise.resolve(isHeld())) ? undefined : true));
    await real.feeds.schedule.setDefinitive(shard, feedId, 60_000);
    if (!isHeld()) return { kind: "late" };
    asked.push(feedId);
    return polled(1000);
  };
  const started = performance.now();
  await runShard({ feeds: real.feeds, minMs: 1200, log: silent, home: () => shard, poll }, shard, never);
  expect(performance.now() - started).toBeLessThan(1200);
  expect(asked).toEqual([]);
  expect(await dueInMs(shard, id)).toBeGreaterThan(50_000);
});

test("a definitive time survives a schedule of the same feed by another follow", async () => {
  const { shard, ids } = await dueShard(1);
  const id = ids[0] ?? "";
  await real.feeds.schedule.setDefinitive(shard, id, 60_000);
  await real.feeds.schedule.add(shard, id, 0);
  expect(await dueInMs(shard, id)).toBeGreaterThan(50_000);
});

test("a shard in which much is due stays at work through a short rest, and gives back its turn for a long one", async () => {
  const { shard, ids } = await dueShard(8);
  const late = freshFeedId();
  await real.feeds.schedule.add(shard, late, 400);
  const done: string[] = [];
  const poll = async (id: string): Promise<PollResult> => {
    done.push(id);
    return await Promise.resolve(polled(60_000));
  };
  const deps = { feeds: real.feeds, minMs: 2000, log: silent, home: () => shard, poll };
  const started = performance.now();
  expect(await runShard(deps, shard, never)).toBeGreaterThan(500);
  expect(performance.now() - started).toBeLessThan(1900);
  expect(done.toSorted()).toEqual([...ids, late].sort());
});

test("a shard in which little is due gives back its turn at once, so that a kill between two holds up nobody", async () => {
  const { shard } = await dueShard(7);
  const late = freshFeedId();
  await real.feeds.schedule.add(shard, late, 400);
  const done: string[] = [];
  const poll = async (id: string): Promise<PollResult> => {
    done.push(id);
    return await Promise.resolve(polled(60_000));
  };
  const deps = { feeds: real.feeds, minMs: 2000, log: silent, home: () => shard, poll };
  expect(await runShard(deps, shard, never)).toBeLessThanOrEqual(400);
  expect(done).not.toContain(late);
});

test("however much is due again and again, others get a turn of the shard", async () => {
  const { shard } = await dueShard(8);
  const deps = {
    feeds: real.feeds,
    minMs: 300,
    turnMs: 700,
    log: silent,
    home: () => shard,
    poll: async () => polled(300),
  };
  const started = performance.now();
  await runShard(deps, shard, never);
  expect(performance.now() - started).toBeLessThan(2000);
});

test("many feeds of one host are asked one after the other, without a rest for each", async () => {
  const count = 25;
  const { shard } = await dueShard(count);
  const done = new Set<string>();
  let isBusy = false;
  const poll = async (id: string): Promise<PollResult> => {
    if (isBusy) return { kind: "busy" };
    isBusy = true;
    await sleep(5);
    isBusy = false;
    done.add(id);
    return polled(600_000);
  };
  const started = performance.now();
  await runShard(
    { feeds: real.feeds, poll, minMs: 2000, turnMs: 60_000, home: () => shard, log: silent },
    shard,
    never,
  );
  expect(done.size).toBe(count);
  // A rest of a quarter of a second for each takes longer.
  expect(performance.now() - started).toBeLessThan(count * 240);
});
