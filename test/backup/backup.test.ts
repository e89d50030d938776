import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Sum } from "../../src/store/backup-lines.ts";
import { mastersOf } from "../../src/store/connection.ts";
import { restorationKey, restoringKey, versionKey } from "../../src/store/keys.ts";
import { restoreBackup } from "../../src/store/restore-backup.ts";
import { bringUpToDate } from "../../src/store/state-version.ts";
import { takeBackup } from "../../src/store/take-backup.ts";
import { dying, Life } from "../relay/life.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;
let at = 0;

beforeAll(async () => {
  real = await openRealRedis();
});

beforeEach(async () => {
  await flush();
  await bringUpToDate(real.redis);
});

afterAll(async () => real.close());

// All connections of this file have this name, so that none is another's.
const NAME = "planetwire-test";
async function flush(): Promise<void> {
  for (const server of mastersOf(real.redis)) await server.flushall();
}

async function allKeys(): Promise<string[]> {
  return (await Promise.all(mastersOf(real.redis).map(async (server) => await server.keys("*")))).flat();
}

const quiet = (): void => undefined;

function freshPath(): string {
  return join(real.directory, `backup-${String((at += 1))}`);
}

async function backUp(path = freshPath()): Promise<string> {
  await takeBackup({ redis: real.redis, name: NAME }, { path, onProgress: quiet });
  return path;
}

async function restore(path: string, isReplacing = false, redis = real.redis): Promise<void> {
  await restoreBackup({ redis, name: NAME }, { path, isReplacing, onProgress: quiet });
}

/** Everything in Redis, byte by byte. */
async function everything(): Promise<Record<string, unknown>> {
  const keys = (await allKeys()).filter((key) => key !== restorationKey).sort();
  const found: Record<string, unknown> = {};
  for (const key of keys) {
    const type = await real.redis.type(key);
    const hex = (bytes: readonly Buffer[]): string[] => bytes.map((one) => one.toString("hex"));
    const contents = {
      string: async () => hex([(await real.redis.getBuffer(key)) ?? Buffer.alloc(0)]),
      hash: async () =>
        Object.entries(await real.redis.hgetallBuffer(key))
          .map(([k, v]) => `${k} ${v.toString("hex")}`)
          .sort(),
      set: async () => hex(await real.redis.smembersBuffer(key)).sort(),
      zset: async () => hex(await real.redis.zrangeBuffer(key, "0", "-1", "WITHSCORES")),
    }[type];
    found[key] = [type, await real.redis.pexpiretime(key), await contents?.()];
  }
  return found;
}

async function fill(): Promise<void> {
  const { redis } = real;
  await redis.set("pw:installation", "somebody");
  await redis.set("pw:claim:{x 1}", "done", "PX", 86_400_000);
  await redis.hset(
    "pw:entries:{f}",
    Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [n, `Grüße ${"x".repeat(n % 50)}`])),
  );
  await redis.hset("pw:feed:{f}", "odd", Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
  for (let n = 0; n < 3000; n += 1)
    redis.zadd("pw:due:{s1}", 1_700_000_000_000 + n + 0.25, `feed-${String(n)}`).catch(quiet);
  await redis.zadd("pw:outbox:{c}", -1, "f.1", "1e300", "f.2", "-inf", "f.3");
  await redis.sadd("pw:channels", ...Array.from({ length: 2500 }, (_, n) => `console:${String(n)}`));
}

test("what is restored is what was there, byte by byte, also when it expires", async () => {
  await fill();
  const before = await everything();
  const path = await backUp();
  await flush();
  await restore(path);
  expect(await everything()).toEqual(before);
});

test("a backup holds neither BullMQ's jobs nor who asks which host, and other people's keys are left alone", async () => {
  await fill();
  await real.redis.set("{pw}:poll:wait", "job");
  await real.redis.set("pw:gate:{s1}:a.example", "token");
  await real.redis.set("theirs", "stays");
  const path = await backUp();
  await real.redis.set("pw:feed-of-later", "goes");
  await restore(path, true);
  const keys = Object.keys(await everything());
  expect(keys).toContain("theirs");
  expect(keys).toContain("pw:installation");
  expect(keys.filter((key) => /^\{pw\}|gate|later/.test(key))).toEqual([]);
});

test("it is the state of one instant, whatever is written meanwhile", async () => {
  await fill();
  // In as many slots, on as many pages of what is read: no order of reading would get this right by chance.
  const keys = Array.from({ length: 12 }, (_, n) => `pw:feed:{k${String(n)}}`);
  const filling = Array.from({ length: 5000 }, async (_, n) => await real.redis.set(`pw:url:{${String(n)}}`, n));
  await Promise.all([...filling, ...keys.map(async (key) => await real.redis.set(key, 0))]);
  const writer = await real.client();
  const over = new AbortController();
  const writing = (async () => {
    for (let n = 1; !over.signal.aborted; n += 1) for (const key of keys) await writer.set(key, n);
  })();
  const found: number[][] = [];
  for (let round = 0; round < 3; round += 1) {
    const lines = linesOf(await backUp().finally(() => (round === 2 ? over.abort() : undefined)));
    found.push(
      keys.map((key) => Number(lines.find((line) => line.startsWith(`["${key}"`))?.match(/\["(\d+)"\]/)?.[1])),
    );
  }
  await writing;
  for (const values of found) {
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect((values[0] ?? 0) - (values.at(-1) ?? 0), String(values)).toBeLessThanOrEqual(1);
  }
});

function linesOf(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
}

test("its owner alone may read it, it takes no other's place, and one that fails leaves nothing", async () => {
  await fill();
  const path = await backUp();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(backUp(path)).rejects.toThrow("exists already");
  await real.redis.lpush("pw:list", "what Planetwire never writes");
  const failed = freshPath();
  await expect(backUp(failed)).rejects.toThrow("is a list");
  expect(readdirSync(real.directory).filter((name) => name.startsWith("backup-"))).not.toContain(failed);
  expect(readdirSync(real.directory).filter((name) => name.includes("unfinished"))).toEqual([]);
  // Nobody waits any longer.
  await real.redis.set("pw:shards", "8");
});

test("there is nothing to back up where no Planetwire was", async () => {
  await flush();
  await expect(backUp()).rejects.toThrow("nothing to back up");
});

test("a damaged file is refused before anything is changed, wherever it is damaged", async () => {
  await fill();
  const good = readFileSync(await backUp());
  const before = await everything();
  const bad = freshPath();
  const lines = gunzipSync(good).toString("utf8").trimEnd().split("\n");
  const joined = (some: readonly string[]): Buffer => gzipSync(`${some.join("\n")}\n`);
  const files = [
    good.subarray(0, good.length / 2),
    good.subarray(0, -1),
    Buffer.from(good.map((byte, i) => (i === Math.floor(good.length / 2) ? byte ^ 0x10 : byte))),
    joined(lines.slice(0, -1)),
    joined(lines.toSpliced(5, 1)),
    joined(lines.with(2, `${lines[2] ?? ""} `)),
    joined([...lines, lines[3] ?? ""]),
    Buffer.from("not gzip"),
    gzipSync("not JSON\n"),
    Buffer.alloc(0),
  ];
  for (const [i, bytes] of files.entries()) {
    writeFileSync(bad, bytes);
    await expect(restore(bad, true), `file ${String(i)}`).rejects.toThrow(/is damaged|is no backup/);
  }
  await expect(restore(join(real.directory, "absent"), true)).rejects.toThrow("there is no such file");
  expect(await everything()).toEqual(before);
});

/** A whole backup with this head. */
function withHead(path: string, change: (head: Record<string, unknown>) => Record<string, unknown>): string {
  const [head = "{}", ...rest] = linesOf(path).slice(0, -1);
  const lines = [JSON.stringify(change(JSON.parse(head) as Record<string, unknown>)), ...rest];
  const sum = new Sum();
  for (const line of lines) sum.add(line);
  const changed = freshPath();
  writeFileSync(changed, gzipSync(`${[...lines, JSON.stringify(sum.end())].join("\n")}\n`));
  return changed;
}

test("a newer file and a newer state are refused with what they need; an older state is brought forward by the next start", async () => {
  await fill();
  const path = await backUp();
  const newer = withHead(path, (head) => ({ ...head, format: 2 }));
  await expect(restore(newer, true)).rejects.toThrow("written by a newer Planetwire");
  await expect(
    restore(
      withHead(path, (head) => ({ ...head, stateVersion: 2 })),
      true,
    ),
  ).rejects.toThrow("state version 2");
  await restore(path, true);
  const migrations = [{ to: 2, run: async (redis: typeof real.redis) => void (await redis.set("pw:migrated", "yes")) }];
  await bringUpToDate(real.redis, { version: 2, migrations, graceMs: 0 });
  expect(await Promise.all([real.redis.get(versionKey), real.redis.get("pw:migrated")])).toEqual(["2", "yes"]);
});

test("a state that somebody used is replaced only where that is asked for", async () => {
  await fill();
  const path = await backUp();
  const before = await everything();
  await expect(restore(path)).rejects.toThrow("add --replace");
  expect(await everything()).toEqual(before);
  await flush();
  await bringUpToDate(real.redis);
  await restore(path);
  expect(await everything()).toEqual(before);
});

/** Which nodes there are it knows without asking. */
function dyingRedis(life: Life): typeof real.redis {
  const { redis } = real;
  return new Proxy(dying(redis, life), {
    get: (target, name) =>
      (name === "nodes" ? Reflect.get(redis, name).bind(redis) : Reflect.get(target, name)) as unknown,
  });
}

test("a restore that dies at any step leaves a Redis on which nobody starts, and that the next one puts right", async () => {
  const { redis } = real;
  await redis.set("pw:installation", "somebody");
  await redis.hset("pw:feed:{f}", "url", "https://a.example/");
  await redis.zadd("pw:due:{s1}", 5, "f");
  const path = await backUp();
  const before = await everything();
  const dry = new Life();
  await restore(path, true, dyingRedis(dry));
  expect(dry.calls).toBeGreaterThan(10);
  for (let step = 1; step <= dry.calls; step += 1)
    for (const moment of ["before", "after"] as const) {
      await expect(restore(path, true, dyingRedis(new Life(step, moment)))).rejects.toThrow("killed");
      const isShut = (await redis.exists(restoringKey)) === 1;
      if (isShut) await expect(bringUpToDate(redis)).rejects.toThrow("--replace");
      else expect(await everything()).toEqual(before);
      await restore(path, true);
      expect(await everything()).toEqual(before);
    }
});

test("nothing is restored under a process that runs", async () => {
  await fill();
  const path = await backUp();
  const before = await everything();
  const bot = await real.client();
  for (const server of mastersOf(bot)) await server.client("SETNAME", "planetwire-bot-1-abc");
  await expect(restore(path, true)).rejects.toThrow("stop every bot");
  expect(await everything()).toEqual(before);
  bot.disconnect();
});
