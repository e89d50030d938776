import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { DiscordServer, TOKEN } from "../platforms/discord/server.ts";
import { endOf, repository, type Settings, stop, wire } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { until } from "../support/wait.ts";
import { doneInMain, openWorld, type World } from "../support/world.ts";
import { openPages, type Pages } from "./bots.ts";
import { openFarm } from "./farm.ts";
import { openOwnRedis, type OwnRedis } from "./own-redis.ts";
import { describeWithPrometheus, type Prometheus, promtool, startPrometheus } from "./prometheus.ts";

const path = (name: string): string => join(repository, "docs/prometheus", name);

/** The rules as they are, but for how long something must have lasted. */
async function hurriedRules(): Promise<string> {
  const rules = await readFile(path("alerts.yml"), "utf8");
  const hurried = rules
    .replaceAll(/for: \d+m$/gm, "for: 0s")
    .replaceAll(/ > 900$/gm, " > 2")
    .replaceAll("[15m]", "[4s]");
  expect(hurried).not.toBe(rules);
  return hurried;
}

/** Undone in reverse order. */
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
}, 60_000);

/** A world whose bot is watched by a real Prometheus. */
async function watched(
  settings: Settings,
  everyMs?: number,
): Promise<{ world: World; pages: Pages; prometheus: Prometheus }> {
  const pages = await openPages();
  const world = await openWorld({ ...pages.settings, ...settings });
  undo.push(async () => await world.close());
  const prometheus = await startPrometheus(await hurriedRules(), [pages.port], everyMs);
  undo.push(async () => await prometheus.close());
  return { world, pages, prometheus };
}

/** A single server, also where tests run on a cluster. */
async function ownRedis(): Promise<OwnRedis> {
  const redis = await openOwnRedis();
  undo.push(async () => await redis.close());
  return redis;
}

async function isWell(prometheus: Prometheus, pages: Pages): Promise<void> {
  await pages.metric("planetwire_census_timestamp_seconds", (value) => value > 0);
  await until("no alert fires", 30_000, async () => ((await prometheus.firing()).size === 0 ? true : undefined));
}

describeWithPrometheus("the alert rules", () => {
  test("are understood, and fire when they should", async () => {
    expect(await promtool(["check", "rules", path("alerts.yml")])).toMatchObject({ status: 0 });
    expect(await promtool(["test", "rules", path("alerts.test.yml")])).toMatchObject({ status: 0 });
  });

  test("name metrics that there are, and say who should do what", async () => {
    const rules = await readFile(path("alerts.yml"), "utf8");
    const page = await readFile(join(repository, "docs/operating.md"), "utf8");
    const names = new Set(rules.match(/planetwire_\w+/g));
    expect([...names].filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
    const count = rules.match(/- alert: /g)?.length ?? 0;
    for (const part of ["summary: ", "runbook: ", "severity: (critical|warning)"])
      expect([part, rules.match(new RegExp(`^ +${part}`, "gm"))?.length]).toEqual([part, count]);
    for (const [, name = ""] of rules.matchAll(/- alert: (\w+)/g)) expect(page).toContain(`| \`${name}\` |`);
  });
});

describeWithPrometheus("a real bot makes fire", () => {
  test("Redis' memory, Redis that takes no writes, Redis that is silent, and its own end", async () => {
    const redis = await ownRedis();
    const { world, pages, prometheus } = await watched({ REDIS_URL: redis.url });
    const bot = await world.startBot();
    await isWell(prometheus, pages);
    const used = Number(/used_memory:(\d+)/.exec(await redis.ask("INFO", "memory"))?.[1]);
    await redis.ask("CONFIG", "SET", "maxmemory", String(Math.round(used * 1.05)));
    await prometheus.fires("PlanetwireRedisMemory");
    await redis.ask("CONFIG", "SET", "maxmemory", "100000");
    await prometheus.fires("PlanetwireRedisUnavailable");
    expect(JSON.parse((await pages.get("/readyz")).text)).toMatchObject({ redis: "refuses to write: OOM" });
    await redis.ask("CONFIG", "SET", "maxmemory", "0");
    await isWell(prometheus, pages);
    redis.signal("SIGSTOP");
    await prometheus.fires("PlanetwireRedisUnavailable");
    redis.signal("SIGCONT");
    await isWell(prometheus, pages);
    bot.signal("SIGKILL");
    await bot.ended;
    await prometheus.fires("PlanetwireDown");
  }, 240_000);

  test("a platform that refuses posts, hides its history, and is gone", async () => {
    const discord = await DiscordServer.start();
    let isOpen = true;
    undo.push(async () => (isOpen ? await discord.close() : undefined));
    const { world, pages, prometheus } = await watched({
      DISCORD_TOKEN: TOKEN,
      DISCORD_API_URL: discord.apiUrl,
      UNCERTAIN_WAIT_SECONDS: "8",
    });
    const { id } = discord.addChannel();
    await world.startBot();
    await isWell(prometheus, pages);
    const feed = await world.feed([numbered(0)]);
    expect(await wire(world.settings, `discord:${id}`, "follow", feed.url)).toMatchObject({ status: 0 });
    discord.state.trouble.set({ shares: { "500": 1 } });
    feed.publish(rss([numbered(1), numbered(0)]));
    await prometheus.fires("PlanetwireOutboxStuck", 60_000);
    await prometheus.fires("PlanetwireDeliveriesUncertain", 60_000);
    discord.state.trouble.set({ shares: {}, historyRefused: true });
    await prometheus.fires("PlanetwireDeliveriesHeld", 60_000);
    isOpen = false;
    await discord.close();
    await prometheus.fires("PlanetwirePlatformDisconnected", 60_000);
  }, 300_000);

  test("hosts that all hang, and hosts that all fail", async () => {
    const { world, pages, prometheus } = await watched({});
    const farm = await openFarm(42);
    undo.push(() => farm.close());
    const bot = await world.startBot();
    for (const url of farm.urls) await doneInMain(bot, `follow ${url}`);
    await isWell(prometheus, pages);
    farm.mood = "hanging";
    await prometheus.fires("PlanetwireScheduleLag", 60_000);
    await prometheus.fires("PlanetwireNothingPolled", 60_000);
    farm.mood = "failing";
    await prometheus.fires("PlanetwireFeedsFailing", 90_000);
  }, 300_000);

  test("a process that is held up, and a sweep that does not come round", async () => {
    const { world, pages, prometheus } = await watched({ SWEEP_SECONDS: "600" }, 4000);
    const bot = await world.startBot();
    await pages.metric("planetwire_census_timestamp_seconds", (value) => value > 0);
    await prometheus.fires("PlanetwireSweepStuck");
    // Again and again it gets no processor for more than a second, and in between just enough to answer.
    await until("it is known that it is held up", 60_000, async () => {
      bot.signal("SIGSTOP");
      await sleep(1300);
      bot.signal("SIGCONT");
      await sleep(200);
      return (await prometheus.firing()).has("PlanetwireEventLoopLag") ? true : undefined;
    });
  }, 180_000);
});

/** Whether a process may have a file system of its own here. */
const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;

describe.runIf(canMount)("with a small disk of its own", () => {
  describeWithPrometheus("a real bot makes fire", () => {
    test("that little space is left", async () => {
      const { world, prometheus } = await watched({});
      const script = 'mount -t tmpfs -o size=300m none "$DATA_DIR" && exec "$@"';
      const words = ["-rm", "sh", "-c", script, "sh", process.execPath, "--import", "tsx", "src/main.ts"];
      const child = spawn("unshare", words, {
        cwd: repository,
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...world.settings },
        stdio: "ignore",
      });
      const ended = endOf(child);
      undo.push(async () => await stop(child, ended));
      await prometheus.fires("PlanetwireDiskSpace");
    }, 120_000);
  });
});
