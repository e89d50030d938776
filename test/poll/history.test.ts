import { afterAll, beforeAll, expect, test } from "vitest";
import { type PollEvent, pollRuns, withPoll } from "../../src/poll/history.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";
import { never, openPolling, type Polling } from "./polling.ts";

let real: RealRedis;
let server: FeedServer;
let polling: Polling;

beforeAll(async () => {
  real = await openRealRedis();
  server = await startFeedServer();
  polling = openPolling(real);
});

afterAll(async () => {
  await polling.close();
  await server.close();
  await real.close();
});

const START_MS = Date.UTC(2026, 10, 24, 10, 0);
const MINUTE_MS = 60_000;

function after(events: readonly (readonly [minutes: number, event: PollEvent])[]): string {
  return events.reduce((text, [minutes, event]) => withPoll(text, event, START_MS + minutes * MINUTE_MS), "");
}

const read = (entries: number, unseen: number): PollEvent => ({ kind: "read", entries, unseen });
const same: PollEvent = { kind: "same" };
const failed = (reason: string): PollEvent => ({ kind: "failed", reason });

test("polls are told as they were, with their time to the minute; those alike in a row are one", () => {
  const history = after([
    [0, read(20, 20)],
    [15, same],
    [30, same],
    [45, { kind: "moved" }],
    [60, read(20, 2)],
    [75, { kind: "part", entries: 7, unseen: 0 }],
    [90, failed("example.org answered 503 (not available at the moment)")],
    [105, failed("example.org answered 503 (not available at the moment)")],
    [120, failed("example.org: another | reason")],
    [135, { kind: "gone" }],
  ]);
  const at = (minutes: number): number => START_MS + minutes * MINUTE_MS;
  expect(pollRuns(history)).toEqual(
    [
      { kind: "same", count: 2, lastAtMs: at(30) },
      { kind: "moved", count: 1, lastAtMs: at(45) },
      { kind: "read", entries: 20, unseen: 2, count: 1, lastAtMs: at(60) },
      { kind: "part", entries: 7, unseen: 0, count: 1, lastAtMs: at(75) },
      { kind: "failed", reason: "503", count: 2, lastAtMs: at(105) },
      { kind: "failed", reason: "another reason", count: 1, lastAtMs: at(120) },
      { kind: "gone", count: 1, lastAtMs: at(135) },
    ].slice(-pollRuns(history).length),
  );
  expect(pollRuns(history).length).toBeGreaterThan(4);
});

test("a year of polling takes no more than 48 characters, and a feed in good health shows its last readings", () => {
  let history = "";
  for (let n = 0; n < 3000; n += 1) {
    const event = n % 7 === 0 ? read(20, 1 + (n % 3)) : same;
    history = withPoll(history, event, START_MS + n * 180 * MINUTE_MS);
    expect(history.length).toBeLessThanOrEqual(48);
  }
  const runs = pollRuns(history);
  expect(runs.length).toBeGreaterThanOrEqual(7);
  expect(runs.slice(1).reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(20);
  expect(runs.find(({ kind }) => kind === "read")).toMatchObject({ entries: 20 });
});

test("the longest of reasons is cut, and its repetitions are counted", () => {
  const reason = "x".repeat(500);
  const runs = pollRuns(
    after([
      [0, read(20, 1)],
      [15, failed(reason)],
      [30, failed(reason)],
    ]),
  );
  expect(runs.map(({ kind }) => kind)).toEqual(["read", "failed"]);
  expect(runs[1]).toMatchObject({ reason: `${"x".repeat(31)}…`, count: 2 });
});

test("what another version wrote is left out, and a clock that went back moves nothing into the past", () => {
  expect(pollRuns("zz?what|hk3k0=2|nonsense")).toMatchObject([{ kind: "same", count: 2 }]);
  const runs = pollRuns(
    after([
      [60, read(5, 1)],
      [0, same],
    ]),
  );
  expect(runs.map(({ lastAtMs }) => lastAtMs)).toEqual([START_MS + 60 * MINUTE_MS, START_MS + 60 * MINUTE_MS]);
});

test("what is random survives writing and reading, in order", () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 300; round += 1) {
    const events = Array.from({ length: 1 + random(12) }, (_, n): readonly [number, PollEvent] => [
      n * (1 + random(900)) + n * 900,
      [read(random(50), random(5)), same, failed("a"), { kind: "gone" } as const, { kind: "moved" } as const][
        random(5)
      ] ?? same,
    ]);
    const runs = pollRuns(after(events));
    const flat = runs.flatMap((run) => Array.from({ length: run.count }, () => run));
    expect(flat).toMatchObject(events.slice(-flat.length).map(([, event]) => event));
  }
});

test("real polls are remembered with how they ended, at no cost of a command", async () => {
  const feedId = freshFeedId();
  const feed = server.feed("history", rss([numbered(1)]));
  await real.feeds.setState(feedId, { url: feed.url });
  const poll = async (): Promise<unknown> => await pollFeed(polling.deps, feedId, never);
  const kinds = async (): Promise<string[]> =>
    pollRuns((await real.redis.hget(feedKeys(feedId).state, "log")) ?? "").map(
      (run) =>
        `${run.kind}${"unseen" in run ? ` ${String(run.unseen)}/${String(run.entries)}` : ""} ×${String(run.count)}`,
    );
  await poll();
  await poll();
  await poll();
  server.feed("history", rss([numbered(2), numbered(1)]));
  await poll();
  expect(await kinds()).toEqual(["read 1/1 ×1", "same ×2", "read 1/2 ×1"]);
  server.page("history", { status: 503 });
  await poll();
  await poll();
  expect((await kinds()).at(-1)).toBe("failed ×2");
  server.page("history", { status: 410 });
  await poll();
  expect((await kinds()).at(-1)).toBe("gone ×1");
});
