import { afterAll, beforeEach, beforeAll, expect, test } from "vitest";
import { mastersOf } from "../../src/store/connection.ts";
import { installationKey, restoringKey, versionKey } from "../../src/store/keys.ts";
import { run, script } from "../../src/store/script.ts";
import {
  bringUpToDate,
  type Migration,
  NewerStateError,
  type StatePlan,
  watchVersion,
} from "../../src/store/state-version.ts";
import { dying, Life } from "../relay/life.ts";
import { openRealRedis, type RealRedis, type RedisClient } from "../store/real-redis.ts";
import { until } from "../support/wait.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

beforeEach(async () => {
  await flush();
});

afterAll(async () => real.close());

async function flush(): Promise<void> {
  for (const server of mastersOf(real.redis)) await server.flushall();
}

const FEEDS = 7;

/** `count` was a number of ones, and is their sum; what has `sum` already is left alone. */
const toSum = script(`
local count = redis.call('HGET', KEYS[1], 'count')
if count then
  redis.call('HSET', KEYS[1], 'sum', #count)
  redis.call('HDEL', KEYS[1], 'count')
end
return 1
`);
/** In the next version it is called `total`, and is one more. */
const toTotal = script(`
local sum = redis.call('HGET', KEYS[1], 'sum')
if sum then
  redis.call('HSET', KEYS[1], 'total', sum + 1)
  redis.call('HDEL', KEYS[1], 'sum')
end
return 1
`);

function each(to: number, change: ReturnType<typeof script>): Migration {
  return {
    to,
    run: async (redis) => {
      for (let n = 0; n < FEEDS; n += 1) await run(redis, change, [`pw:feed:{${String(n)}}`], []);
    },
  };
}

const migrations = [each(2, toSum), each(3, toTotal)];

function plan(version: number, graceMs = 0): StatePlan {
  return { version, migrations, graceMs };
}

async function stateOfVersion1(): Promise<void> {
  await flush();
  await real.redis.set(installationKey, "somebody");
  for (let n = 0; n < FEEDS; n += 1) await real.redis.hset(`pw:feed:{${String(n)}}`, "count", "1".repeat(n));
}

async function totals(): Promise<(string | null)[]> {
  return await Promise.all(
    Array.from({ length: FEEDS }, async (_, n) => await real.redis.hget(`pw:feed:{${String(n)}}`, "total")),
  );
}

const right = Array.from({ length: FEEDS }, (_, n) => String(n + 1));

test("an empty Redis gets this version, and what was kept before there were versions is of the first", async () => {
  await bringUpToDate(real.redis, plan(3));
  expect(await real.redis.get(versionKey)).toBe("3");
  await stateOfVersion1();
  await bringUpToDate(real.redis, plan(1));
  expect(await real.redis.get(versionKey)).toBe("1");
});

test("an older state is brought forward step by step", async () => {
  await stateOfVersion1();
  await bringUpToDate(real.redis, plan(3));
  expect(await real.redis.get(versionKey)).toBe("3");
  expect(await totals()).toEqual(right);
});

test("a newer state is refused with the version that it needs, and so is one that is on its way there", async () => {
  for (const value of ["4", "3>4 1"]) {
    await real.redis.set(versionKey, value);
    await expect(bringUpToDate(real.redis, plan(3))).rejects.toThrow(
      /state version 4.*versions up to 3: start a newer Planetwire/,
    );
    expect(await real.redis.get(versionKey)).toBe(value);
  }
});

test("nobody starts on a Redis into which a backup is being restored", async () => {
  await real.redis.set(restoringKey, "somebody");
  await expect(bringUpToDate(real.redis, plan(1))).rejects.toThrow(/--replace/);
  expect(await real.redis.exists(versionKey)).toBe(0);
});

test.each(["before", "after"] as const)(
  "killed %s any of its steps, whoever starts next ends the migration",
  async (moment) => {
    await stateOfVersion1();
    const dry = new Life();
    await bringUpToDate(dying(real.redis, dry), plan(3));
    expect(dry.calls).toBeGreaterThan(20);
    for (let step = 1; step <= dry.calls; step += 1) {
      await stateOfVersion1();
      const killed = bringUpToDate(dying(real.redis, new Life(step, moment)), plan(3));
      await expect(killed, `step ${String(step)}`).rejects.toThrow("killed");
      await bringUpToDate(real.redis, plan(3));
      expect(await totals(), `step ${String(step)}`).toEqual(right);
      expect(await real.redis.get(versionKey)).toBe("3");
    }
  },
);

test("several processes that start at once, one of which dies, do it once", async () => {
  for (let step = 1; step <= 24; step += 1) {
    await stateOfVersion1();
    const others: RedisClient[] = [await real.client(), await real.client()];
    const dead = bringUpToDate(dying(real.redis, new Life(step, "after")), plan(3)).catch(() => undefined);
    await Promise.all([dead, ...others.map(async (redis) => await bringUpToDate(redis, plan(3)))]);
    expect(await totals()).toEqual(right);
    expect(await real.redis.get(versionKey)).toBe("3");
    for (const one of others) one.disconnect();
  }
});

test("nothing is changed before processes of the older version had the time to end, and they are told at once", async () => {
  await stateOfVersion1();
  await bringUpToDate(real.redis, plan(1));
  const told: NewerStateError[] = [];
  const end = watchVersion(await real.client(), 1, (error) => told.push(error));
  const startedAtMs = performance.now();
  const migrating = bringUpToDate(real.redis, plan(3, 2500));
  await until("word of the newer version", 5000, () => told[0]);
  expect(await real.redis.hget("pw:feed:{3}", "count")).toBe("111");
  expect(told[0]?.message).toMatch(/state version 2/);
  await migrating;
  expect(performance.now() - startedAtMs).toBeGreaterThan(2 * 2500 - 100);
  expect(told).toHaveLength(1);
  end();
}, 30_000);
