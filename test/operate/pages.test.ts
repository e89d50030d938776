import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stuck, Work } from "../../src/operate/progress.ts";
import { serverForTests } from "../platforms/slack/raw.ts";
import type { Bot } from "../support/processes.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { until } from "../support/wait.ts";
import { openWorld, type World } from "../support/world.ts";
import { openPages, type Pages } from "./bots.ts";

describe("a bot on the console", () => {
  let redis: RedisServer;
  let folder: string;
  let world: World;
  let pages: Pages;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
    redis = await startRedis(folder);
    pages = await openPages();
    world = await openWorld({ REDIS_URL: redis.url, ...pages.settings });
    await world.startBot();
  });

  afterAll(async () => {
    await world.close();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("is alive and ready, and tells what it counts", async () => {
    expect(await pages.get("/healthz")).toMatchObject({ status: 200, contentType: "application/json" });
    const { status, text } = await pages.get("/readyz");
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { status: "ready", redis: "ok", platforms: { console: "connected" } },
    ]);
    const metrics = await pages.get("/metrics");
    expect(metrics).toMatchObject({ status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8" });
    expect(metrics.text).toMatch(/^planetwire_build_info\{version="\d+\.\d+\.\d+",node_version="v\d.*"\} 1$/m);
    expect((await pages.get("/other")).status).toBe(404);
    expect((await pages.get("/slack/events")).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${String(pages.port)}/metrics`, { method: "POST" })).status).toBe(405);
  });

  test("is not ready while Redis is silent, and alive all the same; nothing old is told as new", async () => {
    await pages.metric("planetwire_feeds_due", (value) => value === 0);
    redis.signal("SIGSTOP");
    try {
      const page = await until("it is not ready", 15_000, async () => {
        const page = await pages.get("/readyz");
        return page.status === 503 ? page : undefined;
      });
      expect(JSON.parse(page.text)).toEqual({ status: "not ready", redis: "does not answer", platforms: {} });
      expect((await pages.get("/healthz")).status).toBe(200);
      const metrics = await pages.metrics();
      expect(metrics.get("planetwire_redis_up")).toBe(0);
      for (const shared of ["planetwire_feeds_due", 'planetwire_platform_connected{platform="console"}'])
        expect(metrics.has(shared)).toBe(false);
    } finally {
      redis.signal("SIGCONT");
    }
    await until("it is ready again", 15_000, async () =>
      (await pages.get("/readyz")).status === 200 ? true : undefined,
    );
    await pages.metric("planetwire_redis_up", (value) => value === 1);
  });
});

describe("on Slack over HTTP", () => {
  const here = serverForTests();
  let world: World;
  let pages: Pages;
  let bot: Bot;

  beforeAll(async () => {
    pages = await openPages();
    const { slack } = here.server;
    world = await openWorld({
      ...pages.settings,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: here.server.apiUrl,
    });
    bot = await world.startBot();
  });

  afterAll(async () => world.close());

  test("one port serves Slack's requests and the pages", async () => {
    await until("Slack is connected", 15_000, async () =>
      (await pages.get("/readyz")).text.includes('"slack":"connected"') ? true : undefined,
    );
    expect((await pages.get("/healthz")).status).toBe(200);
    const unsigned = await fetch(`http://127.0.0.1:${String(pages.port)}/slack/events`, { method: "POST", body: "{}" });
    expect(unsigned.status).toBe(401);
    expect(bot.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

describe("what stands still", () => {
  const redis = { isAway: false, changedAtMs: 0 };

  test("is work under way of which nothing ends", async () => {
    const work = new Work();
    const never = new Promise<void>(() => undefined);
    void work.run(async () => await never);
    const startedMs = performance.now();
    expect(stuck({ work }, redis, startedMs + 900, 1000)).toEqual([]);
    expect(stuck({ work }, redis, startedMs + 1100, 1000)).toEqual(["work"]);
    expect(stuck({ work }, redis, startedMs + 1100, 1000)).toEqual(["work"]);
    await work.run(async () => await Promise.resolve());
    expect(stuck({ work }, redis, performance.now() + 900, 1000)).toEqual([]);
  });

  test("is not what has nothing to do, nor what waits for Redis", async () => {
    const idle = new Work();
    await idle.run(async () => await Promise.resolve());
    const work = new Work();
    void work.run(async () => await new Promise<void>(() => undefined));
    const nowMs = performance.now() + 5000;
    expect(stuck({ idle, work }, redis, nowMs, 1000)).toEqual(["work"]);
    expect(stuck({ work }, { isAway: true, changedAtMs: 0 }, nowMs, 1000)).toEqual([]);
    expect(stuck({ work }, { isAway: false, changedAtMs: nowMs - 500 }, nowMs, 1000)).toEqual([]);
  });
});
