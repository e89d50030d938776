import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enterHost } from "../../src/store/host-gate.ts";
import { gateKey } from "../../src/store/keys.ts";
import { until } from "../support/wait.ts";
import { openRealRedis, type RealRedis } from "./real-redis.ts";

const HOLD_MS = 150;
let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

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
  await real.redis.del(gateKey(host));
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
  expect(await real.redis.exists(gateKey(host))).toBe(0);
});
