import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Host } from "../../src/adapter.ts";
import type { Core } from "../../src/core.ts";
import { hostFor } from "../../src/host.ts";
import { AdapterStore } from "../../src/store/adapter-store.ts";
import { Store } from "../../src/store/store.ts";
import { Platform } from "../relay/platform.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { until } from "../support/wait.ts";

const LOCK_MS = 1000;
let real: RealRedis;
let dataDir: string;
const stores: Store[] = [];

beforeAll(async () => {
  real = await openRealRedis();
  dataDir = await mkdtemp(join(tmpdir(), "planetwire-host-"));
});

afterAll(async () => {
  await Promise.all(stores.map(async (store) => await store.close()));
  await real.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** What an adapter in a process of its own is given. */
async function openHost(): Promise<Host> {
  const quiet = (): void => undefined;
  const options = {
    redisUrl: real.url,
    dataDir,
    lockMs: LOCK_MS,
    role: "command",
    onError: quiet,
    onWarning: quiet,
  } as const;
  const store = await Store.open(options);
  stores.push(store);
  const ensure = (again: () => Promise<void>): void => void again();
  return hostFor({ store, commands: [] } as unknown as Core, new Platform(), null, ensure, pino({ level: "silent" }));
}

// First, while no other host of these tests holds anything.
test("looking whether it is still held leaves nothing behind on signals that live as long as the process", async () => {
  const derived = vi.spyOn(AbortSignal, "any");
  const looked = vi.spyOn(AdapterStore.prototype, "isOwner");
  try {
    let isHeld = false;
    const host = await openHost();
    host.own("three", async (signal) => {
      isHeld = true;
      await once(signal, "abort");
    });
    await until("it is held", 10_000, () => (isHeld ? true : undefined));
    const atFirst = derived.mock.calls.length;
    const looks = looked.mock.calls.length;
    await until("it has looked", 20_000, () => (looked.mock.calls.length >= looks + 2 ? true : undefined));
    expect(derived.mock.calls.length).toBe(atFirst);
  } finally {
    vi.restoreAllMocks();
  }
});

test("of two processes one holds a connection", async () => {
  let held = 0;
  let most = 0;
  let runs = 0;
  const hold = async (signal: AbortSignal): Promise<void> => {
    runs += 1;
    held += 1;
    most = Math.max(most, held);
    await once(signal, "abort");
    held -= 1;
  };
  for (const host of [await openHost(), await openHost()]) host.own("one", hold);
  await until("somebody holds it", 10_000, () => (runs > 0 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 3 * LOCK_MS));
  expect({ most, runs }).toEqual({ most: 1, runs: 1 });
});

test("an owner that another one has replaced lets go, and a connection that ends by itself is held again", async () => {
  const host = await openHost();
  const ends: string[] = [];
  host.own("two", async (signal) => {
    if (ends.length === 0) {
      ends.push("broke off");
      throw new Error("the connection broke");
    }
    ends.push("held");
    await once(signal, "abort");
    ends.push("let go");
  });
  await until("it is held", 10_000, () => (ends.at(-1) === "held" ? true : undefined));
  await new AdapterStore(real.redis, "test").takeOver("two");
  await until("it is let go", 10_000, () => (ends.includes("let go") ? true : undefined));
  expect(ends.slice(0, 3)).toEqual(["broke off", "held", "let go"]);
});
