import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type TestContext, test, vi } from "vitest";
import { connect } from "../../src/store/connection.ts";
import { Queues } from "../../src/store/queue.ts";
import { startChaosCluster } from "../chaos/cluster.ts";
import { startRedis } from "../chaos/redis.ts";
import { until } from "../support/wait.ts";
import type { RedisClient } from "./real-redis.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const kinds = [
  { kind: "a server", start: startRedis },
  { kind: "a cluster", start: startChaosCluster },
];

async function opened({ onTestFinished }: TestContext, start: (typeof kinds)[number]["start"]) {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
  await mkdir(join(directory, "redis"));
  const server = await start(join(directory, "redis"));
  const clients: RedisClient[] = [];
  onTestFinished(async () => {
    for (const redis of clients) redis.disconnect();
    await server.kill();
    await rm(directory, { recursive: true, force: true });
  });
  async function client(): Promise<RedisClient> {
    const redis = connect({ url: server.url }, "planetwire-test");
    redis.on("error", () => undefined);
    clients.push(redis);
    await redis.connect();
    return redis;
  }
  return { server, client };
}

test.concurrent.for(kinds)(
  "a worker that begins while $kind is away works as soon as it is back",
  async ({ start }, context) => {
    const { server, client } = await opened(context, start);
    const queues = new Queues(await client(), { lockMs: 1000 }, () => undefined);
    await server.kill();
    const drained: string[] = [];
    queues.workChannels("p", 5, async (id) => {
      drained.push(id);
      return await Promise.resolve(null);
    });
    const woken = queues.wake("p:room");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.start();
    await woken;
    await until("the drain", 60_000, () => (drained.length > 0 ? true : undefined));
    await queues.stop();
  },
);

test.concurrent.for(kinds)(
  "workers of $kind are stopped in time, however short they worked",
  async ({ start }, context) => {
    const { client } = await opened(context, start);
    for (let i = 0; i < 20; i++) {
      const redis = await client();
      const queues = new Queues(redis, { lockMs: 1000 }, () => undefined);
      for (const platform of ["p", "q"]) queues.workChannels(platform, 5, async () => await Promise.resolve(null));
      if (i % 2 === 0) await queues.wake("p:room");
      await new Promise((resolve) => setTimeout(resolve, 7 * i));
      const startedMs = performance.now();
      await queues.stop();
      expect(performance.now() - startedMs).toBeLessThan(10_000);
      redis.disconnect();
    }
  },
);

test.concurrent("workers are stopped in time while a cluster is away, too", async (context) => {
  const { server, client } = await opened(context, startChaosCluster);
  const redis = await client();
  const queues = new Queues(redis, { lockMs: 1000 }, () => undefined);
  queues.workChannels("p", 5, async () => await Promise.resolve(null));
  await queues.wake("p:room");
  await server.kill();
  await until("that it is noticed", 10_000, () => (redis.status === "ready" ? undefined : true));
  const startedMs = performance.now();
  await queues.stop();
  expect(performance.now() - startedMs).toBeLessThan(5000);
});
