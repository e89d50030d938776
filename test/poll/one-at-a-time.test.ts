import { afterAll, beforeAll, expect, test } from "vitest";
import { type PollDeps, pollFeed } from "../../src/poll/poll-feed.ts";
import { HostGates } from "../../src/store/host-gate.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../servers/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";
import { until } from "../support/wait.ts";
import { never, openPolling, type Polling } from "./polling.ts";

const PAUSE_MS = 60;

let real: RealRedis;
let polling: Polling;
let server: FeedServer;

beforeAll(async () => {
  [real, server] = [await openRealRedis(), await startFeedServer()];
  polling = openPolling(real);
});

afterAll(async () => {
  await polling.close();
  await server.close();
  await real.close();
});

/** A feed whose requests are timed as the server sees them. */
function timed(path: string, spans: { beganMs: number; endedMs: number }[]): string {
  return server.on(path, (_request, response) => {
    const span = { beganMs: performance.now(), endedMs: Infinity };
    spans.push(span);
    setTimeout(() => {
      span.endedMs = performance.now();
      response.end(rss([numbered(1)]));
    }, 15);
  });
}

test("three processes ask a host one at a time, with a pause from the end of one answer to the next request", async () => {
  const spans: { beganMs: number; endedMs: number }[] = [];
  const clients = await Promise.all([1, 2, 3].map(async () => await real.client()));
  const gates = clients.map((redis) => new HostGates(redis, 8, 60_000));
  const polls = gates.flatMap((gatesOfOne, process) =>
    [1, 2, 3].map(async (n) => {
      const feedId = freshFeedId();
      await real.feeds.setState(feedId, { url: timed(`/${process}-${n}`, spans) });
      const gate: PollDeps["gate"] = async (host) => await gatesOfOne.enter(host, PAUSE_MS);
      await until("the host to be free", 15_000, async () => {
        const result = await pollFeed({ ...polling.deps, gate }, feedId, never);
        return result.kind === "busy" ? undefined : result;
      });
    }),
  );
  await Promise.all(polls);
  expect(spans).toHaveLength(9);
  for (const [i, { beganMs }] of spans.entries()) {
    if (i > 0) expect(beganMs - (spans[i - 1]?.endedMs ?? 0)).toBeGreaterThanOrEqual(PAUSE_MS - 2);
  }
});

test("a feed that many channels follow is asked once for all of them", async () => {
  const feedId = freshFeedId();
  const url = server.serve("/many", { body: rss([]), etag: '"e"' });
  await real.feeds.setState(feedId, { url });
  await pollFeed(polling.deps, feedId, never);
  const channels = Array.from({ length: 20 }, freshChannel);
  for (const channel of channels) await follow(real, channel, feedId);
  server.serve("/many", { body: rss([numbered(1)]), etag: '"f"' });
  const asked = server.requests.length;
  await pollFeed(polling.deps, feedId, never);
  expect(server.requests.length).toBe(asked + 1);
  for (const channel of channels) expect(await real.channels.outstanding(channel)).toBe(1);
});
