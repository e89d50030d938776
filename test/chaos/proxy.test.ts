import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Point, RedisProxy } from "./proxy.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { RespClient } from "./resp-client.ts";
import { redisIsHere } from "./redis-here.ts";

const suite = { skip: !(await redisIsHere()) };
const running: { directory: string; redis: RedisServer | null } = { directory: "", redis: null };
const used: { proxy: RedisProxy; clients: RespClient[] }[] = [];

function redis(): RedisServer {
  if (running.redis === null) throw new Error("redis-server is not up");
  return running.redis;
}

function bench(): { proxy: RedisProxy; clients: RespClient[] } {
  const last = used.at(-1);
  if (last === undefined) throw new Error("no proxy");
  return last;
}

async function client(url: string): Promise<RespClient> {
  const made = await RespClient.connect(url);
  bench().clients.push(made);
  return made;
}

/** Resolves when the proxy reaches the point. */
function reached(signature: string, occurrence: number, point: Point): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const matches = (candidate: string): boolean => candidate === signature && ++seen === occurrence;
    bench().proxy.arm({ matches, point, graceMs: 5, onPoint: resolve });
  });
}

beforeAll(async () => {
  if (suite.skip) return;
  running.directory = await mkdtemp(join(tmpdir(), "proxy-test-"));
  running.redis = await startRedis(running.directory);
});

afterAll(async () => {
  if (suite.skip) return;
  await redis().kill();
  await rm(running.directory, { recursive: true });
});

beforeEach(async () => {
  if (suite.skip) return;
  used.push({ proxy: await RedisProxy.start(redis().port), clients: [] });
  await (await client(redis().url)).ask("FLUSHALL");
});

afterEach(async () => {
  if (suite.skip) return;
  for (const made of bench().clients) made.close();
  await bench().proxy.close();
});

test("a pipeline is listed as single commands and answered in full", suite, async () => {
  const stop = bench().proxy.record();
  const through = await client(bench().proxy.url);
  through.send(["SET", "a:1", "x"], ["GET", "a:1"], ["HELLO", "3"]);
  expect((await through.replies(2)).join("")).toBe("+OK\r\n$1\r\nx\r\n");
  expect((await through.replies(1)).join("")).toMatch(/^%/);
  expect(stop()).toEqual(["SET a:#", "GET a:#", "HELLO"]);
});

test("before Redis gets it: the command and what follows it never happen", suite, async () => {
  const hit = reached("SET b", 1, "before Redis gets it");
  const through = await client(bench().proxy.url);
  through.send(["SET", "a", "1"], ["SET", "b", "1"], ["SET", "c", "1"]);
  await hit;
  await through.closed;
  expect(await (await client(redis().url)).ask("MGET", "b", "c")).toBe("*2\r\n$-1\r\n$-1\r\n");
});

test(
  "executed, reply withheld: Redis has it, the client hears nothing, the next command never happens",
  suite,
  async () => {
    const hit = reached("INCR n", 2, "executed, reply withheld");
    const through = await client(bench().proxy.url);
    expect(await through.ask("INCR", "n")).toBe(":1\r\n");
    through.send(["INCR", "n"], ["SET", "c", "1"]);
    await hit;
    await through.closed;
    expect(through.unread()).toEqual([]);
    expect(await (await client(redis().url)).ask("MGET", "n", "c")).toBe("*2\r\n$1\r\n2\r\n$-1\r\n");
  },
);

test("reply delivered: the client hears the answer and then its connection ends", suite, async () => {
  const hit = reached("INCR n", 1, "reply delivered");
  const through = await client(bench().proxy.url);
  through.send(["INCR", "n"], ["SET", "c", "1"]);
  expect(await through.replies(1)).toEqual([":1\r\n"]);
  await hit;
  await through.closed;
  expect(await (await client(redis().url)).ask("GET", "c")).toBe("$-1\r\n");
});

test("what is held back comes after what others did meanwhile, in its order, and is heard of", suite, async () => {
  const held = bench().proxy.hold((candidate) => candidate === "APPEND a");
  const through = await client(bench().proxy.url);
  through.send(["SET", "a", "1"], ["APPEND", "a", "3"], ["APPEND", "a", "4"]);
  const release = await held;
  const other = await client(bench().proxy.url);
  await other.ask("APPEND", "a", "2");
  release();
  expect(await through.replies(3)).toEqual(["+OK\r\n", ":3\r\n", ":4\r\n"]);
  expect(await other.ask("GET", "a")).toBe("$4\r\n1234\r\n");
});

test("a blocking command is reached when its late reply comes, other connections go on meanwhile", suite, async () => {
  const hit = reached("BZPOPMIN marker", 1, "executed, reply withheld");
  const blocked = await client(bench().proxy.url);
  blocked.send(["BZPOPMIN", "marker", "4"]);
  const busy = await client(bench().proxy.url);
  expect(await busy.ask("SET", "a", "1")).toBe("+OK\r\n");
  busy.send(["ZADD", "marker", "0", "m"]);
  await hit;
  expect(await (await client(redis().url)).ask("ZCARD", "marker")).toBe(":0\r\n");
});

test.each(["2", "3"])("in RESP%s, what subscriptions bring does not shift the replies", suite, async (version) => {
  const listener = await client(bench().proxy.url);
  await listener.ask("HELLO", version);
  listener.send(["SUBSCRIBE", "news", "more"]);
  await listener.replies(2);
  const speaker = await client(redis().url);
  await speaker.ask("PUBLISH", "news", "one");
  expect((await listener.replies(1)).join("")).toContain("one");
  const hit = reached("PING", 1, "executed, reply withheld");
  await speaker.ask("PUBLISH", "more", "two");
  listener.send(["PING"]);
  await hit;
  expect((await listener.replies(1)).join("")).toContain("two");
});

test("redis-server killed with SIGKILL keeps what it acknowledged", suite, async () => {
  await (await client(redis().url)).ask("SET", "kept", "yes");
  await redis().kill();
  await redis().start();
  expect(await (await client(redis().url)).ask("GET", "kept")).toBe("$3\r\nyes\r\n");
});
