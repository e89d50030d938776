import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runScript } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { doneInMain, followInMain, killPrivateRedis, openWorld, type World } from "../support/world.ts";

let world: World;

afterEach(async () => world.close());

const items = (...numbers: readonly number[]) => numbers.map((n) => numbered(n));

async function program(name: "backup" | "restore", ...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runScript(`src/${name}.ts`, words, world.settings);
  if (status !== 0) throw new Error(`${name} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

test("backed up while it runs, wiped, restored: every entry is posted once, and what a person set stays", async () => {
  world = await openWorld();
  const bot = await world.startBot();
  const follow = await followInMain(world, bot, items(1));
  follow.feed.publish(rss(items(2, 1)));
  await follow.transcript.entriesUntil("Post 2");
  await doneInMain(bot, "style 1 compact");
  const file = join(world.dataDir, "kept.backup");
  expect(await program("backup", file)).toMatch(/Backed up \d+ keys to /);
  // Nothing is restored under a running bot.
  expect(await runScript("src/restore.ts", [file, "--replace"], world.settings)).toMatchObject({ status: 1 });
  for (const n of [3, 4, 5]) follow.feed.publish(rss(items(n, n - 1)));
  await follow.transcript.entriesUntil("Post 5");
  bot.signal("SIGKILL");
  await bot.ended;
  await killPrivateRedis(world.dataDir);
  for (const name of ["redis", "search"]) rmSync(join(world.dataDir, name), { recursive: true, force: true });

  expect(await program("restore", file)).toMatch(/Restored \d+ keys, as they were on /);
  // 3 has left the feed, so that 4 gets its number.
  follow.feed.publish(rss(items(6, 5, 4)), rss(items(7, 6, 5)));
  const next = await world.startBot();
  const entries = await follow.transcript.entriesUntil("Post 7");
  expect(entries.map(({ title }) => title)).toEqual([2, 3, 4, 5, 6, 7].map((n) => `Post ${String(n)}`));
  expect(await world.channel("main").done("style", "1")).toContain("compact");
  expect(await world.channel("main").done("why", "Post 4")).toMatch(/posted/i);
  await next.stop();
}, 120_000);

test("nobody else can read what it writes", async () => {
  world = await openWorld();
  const bot = await world.startBot();
  const follow = await followInMain(world, bot, items(1));
  follow.feed.publish(rss(items(2, 1)));
  await follow.transcript.entriesUntil("Post 2");
  await doneInMain(bot, "search Post");
  await program("backup");
  const found = readdirSync(world.dataDir, { recursive: true }).map(String);
  for (const name of ["console/main.log", "redis/appendonlydir", "redis/redis.log", "search", "backups"])
    expect(found).toContain(name);
  const open = found.filter((name) => (statSync(join(world.dataDir, name)).mode & 0o077) !== 0);
  expect(open).toEqual([]);
}, 60_000);

test("wrong words are told apart from a refusal", async () => {
  world = await openWorld();
  const outcomes = await Promise.all([
    runScript("src/backup.ts", ["--help"], world.settings),
    runScript("src/restore.ts", [], world.settings),
    runScript("src/restore.ts", [join(world.dataDir, "absent"), "--replace"], world.settings),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([2, 2, 1]);
  expect(outcomes[2]?.stderr).toContain("there is no such file");
}, 60_000);
