import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HostGates, type Release } from "../../src/store/host-gate.ts";
import { shardOfHost } from "../../src/store/host-shard.ts";
import { gateKey } from "../../src/store/keys.ts";
import { until } from "../support/wait.ts";
import { resending } from "./resending.ts";
import { openRealRedis, type RealRedis, type RedisClient } from "./real-redis.ts";

const HOLD_MS = 150;
let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const SHARDS = 8;
const gates = new Map<string, HostGates>();

/** The gates that one process has on one connection. */
async function enterHost(redis: RedisClient, host: string, holdMs: number, pauseMs = 0): Promise<Release | null> {
  const name = `${(await redis.client("ID")).toString()} ${holdMs}`;
  const known = gates.get(name) ?? new HostGates(redis, SHARDS, holdMs);
  gates.set(name, known);
  return await known.enter(host, pauseMs);
}

const keyOf = (host: string): string => gateKey(shardOfHost(host, SHARDS), host);

const freshHost = (): string => `${randomUUID()}.example`;

test("a host lets one request through at a time, over all connections", async () => {
  const host = freshHost();
  const clients = await Promise.all([1, 2, 3].map(async () => await real.client()));
  const tries = await Promise.all(clients.map(async (redis) => await enterHost(redis, host, 60_000)));
  const entered = tries.filter((release) => release !== null);
  expect(entered).toHaveLength(1);
  await entered[0]?.();
  const next = await enterHost(real.redis, host, 60_000);
  expect(next).not.toBeNull();
  await next?.();
});

test("hosts do not wait for each other", async () => {
  const releases = [await enterHost(real.redis, freshHost(), 60_000), await enterHost(real.redis, freshHost(), 60_000)];
  expect(releases).not.toContain(null);
  for (const release of releases) await release?.();
});

test("a living holder keeps the gate for longer than the holding time", async () => {
  const host = freshHost();
  const release = await enterHost(real.redis, host, HOLD_MS);
  const end = performance.now() + 3 * HOLD_MS;
  while (performance.now() < end) {
    expect(await enterHost(real.redis, host, HOLD_MS)).toBeNull();
    await pause(HOLD_MS / 5);
  }
  await release?.();
});

test("the gate opens after its holder's death", async () => {
  const host = freshHost();
  const holder = await real.client();
  await enterHost(holder, host, HOLD_MS);
  holder.disconnect();
  expect(await enterHost(real.redis, host, HOLD_MS)).toBeNull();
  const release = await until(
    "the gate to open",
    20 * HOLD_MS,
    async () => (await enterHost(real.redis, host, HOLD_MS)) ?? undefined,
  );
  await release();
});

test("a holder that lost the gate does not open it for its successor", async () => {
  const host = freshHost();
  const first = await enterHost(real.redis, host, 60_000);
  await real.redis.del(keyOf(host));
  const second = await enterHost(real.redis, host, 60_000);
  await first?.();
  expect(await enterHost(real.redis, host, 60_000)).toBeNull();
  await second?.();
});

test("a host has its pause between the end of one request and the start of the next, for all who ask", async () => {
  const host = freshHost();
  const pauseMs = 400;
  const first = await enterHost(real.redis, host, 60_000, pauseMs);
  await pause(50);
  const endedAt = performance.now();
  await first?.();
  const other = await real.client();
  const next = await until(
    "the pause to end",
    20 * pauseMs,
    async () => (await enterHost(other, host, 60_000, pauseMs)) ?? undefined,
  );
  expect(performance.now() - endedAt).toBeGreaterThanOrEqual(pauseMs - 5);
  await next();
});

test("who gives a gate back twice does not open the one of his successor", async () => {
  const host = freshHost();
  const first = await enterHost(real.redis, host, 60_000);
  await first?.();
  const second = await enterHost(real.redis, host, 60_000, 60_000);
  await first?.();
  expect(await enterHost(real.redis, host, 60_000)).toBeNull();
  await second?.();
  await second?.();
  expect(await enterHost(real.redis, host, 60_000)).toBeNull();
});

test("nothing is kept of a host that nobody asks", async () => {
  const host = freshHost();
  const release = await enterHost(real.redis, host, HOLD_MS);
  await release?.();
  expect(await real.redis.exists(keyOf(host))).toBe(0);
});

/** So many hosts whose gates belong to one shard. */
function hostsOfOneShard(count: number): string[] {
  const hosts: string[] = [];
  while (hosts.length < count) {
    const host = freshHost();
    if (shardOfHost(host, SHARDS) === 3) hosts.push(host);
  }
  return hosts;
}

test("hosts that are asked for in one turn are entered each by itself, and two requests to one host never both", async () => {
  const [taken = "", free = "", both = ""] = hostsOfOneShard(3);
  const [mine, others] = [
    new HostGates(real.redis, SHARDS, 60_000),
    new HostGates(await real.client(), SHARDS, 60_000),
  ];
  const holder = await others.enter(taken);
  const entered = await Promise.all([taken, free, both, both].map(async (host) => await mine.enter(host)));
  expect(entered.map((release) => release !== null)).toEqual([false, true, true, false]);
  await Promise.all(entered.map(async (release) => await release?.()));
  const again = await Promise.all([taken, free, both].map(async (host) => await others.enter(host)));
  expect(again.map((release) => release !== null)).toEqual([false, true, true]);
  for (const release of [holder, ...again]) await release?.();
});

test("gates that are given back in one turn keep each its own pause", async () => {
  const [paused = "", open = ""] = hostsOfOneShard(2);
  const gates = new HostGates(real.redis, SHARDS, 60_000);
  const releases = await Promise.all([gates.enter(paused, 60_000), gates.enter(open)]);
  await Promise.all(releases.map(async (release) => await release?.()));
  expect(await gates.enter(paused)).toBeNull();
  const next = await gates.enter(open);
  expect(next).not.toBeNull();
  await next?.();
});

test("a port has a gate of its own, in the shard of its host", async () => {
  const host = freshHost();
  const gates = new HostGates(real.redis, SHARDS, 60_000);
  const releases = await Promise.all([gates.enter(host), gates.enter(`${host}:8080`), gates.enter("[::1]:8080")]);
  expect(releases).not.toContain(null);
  expect(await real.redis.exists(gateKey(shardOfHost(host, SHARDS), `${host}:8080`))).toBe(1);
  expect(await real.redis.exists(gateKey(shardOfHost("[::1]", SHARDS), "[::1]:8080"))).toBe(1);
  for (const release of releases) await release?.();
});

test("commands that are sent again after a lost answer open no gate to two, and leave none closed", async () => {
  const host = freshHost();
  const sentAgain = new HostGates(resending(real.redis), SHARDS, 60_000);
  const others = new HostGates(await real.client(), SHARDS, 60_000);
  const release = await sentAgain.enter(host);
  expect(release).not.toBeNull();
  expect(await others.enter(host)).toBeNull();
  await release?.();
  const next = await others.enter(host);
  expect(next).not.toBeNull();
  await next?.();
});
