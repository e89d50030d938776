import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portOf } from "../chaos/port.ts";
import { type Bot, startBot } from "../support/processes.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { numbered, rss } from "../support/rss.ts";
import { until } from "../support/wait.ts";
import { doneInMain, followInMain, type MainFollow, openWorld, type World } from "../support/world.ts";
import { openPages, type Pages } from "./bots.ts";
import { describeWithPrometheus, promtool } from "./prometheus.ts";

let world: World;
let pages: Pages;
let others: Pages;
let follow: MainFollow;
let bot: Bot;
let redis: RedisServer;
let folder: string;
const packedServer = createServer();

/** One process that does everything. */
beforeAll(async () => {
  [pages, others] = [await openPages(), await openPages()];
  folder = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
  redis = await startRedis(folder);
  world = await openWorld({ ...pages.settings, REDIS_URL: redis.url, EDIT_WAIT_SECONDS: "0.2" });
  bot = await world.startBot();
  const failing = await world.startServer();
  failing.feed("failing.xml", rss([numbered(1)]));
  await doneInMain(bot, `follow ${failing.origin}/failing.xml`);
  failing.page("failing.xml", { status: 503 });
  follow = await followInMain(world, bot, [numbered(0)]);
});

afterAll(async () => {
  packedServer.close();
  await world.close();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

/** One more process, that shares Redis alone. */
function startSecond(): Bot {
  return startBot({ ...world.settings, ...others.settings, DATA_DIR: folder });
}

test("polls, entries, deliveries and their delay are counted", async () => {
  const items = [3, 2, 1, 0].map((n) => numbered(n));
  const before = await pages.metrics();
  follow.feed.publish(rss(items));
  await follow.transcript.entriesUntil(items[0]?.title ?? "");
  const [changed = numbered(3), ...rest] = items;
  follow.feed.publish(rss([{ ...changed, title: "Another title altogether" }, ...rest]));
  const edited = 'planetwire_deliveries_total{platform="console",kind="edit",result="posted"}';
  await pages.metric(edited, (value) => value === 1);
  // It is counted when every channel was offered it, which a busy machine may end after the first has shown it.
  const changes = "planetwire_entries_edited_total";
  await pages.metric(changes, (value) => value > (before.get(changes) ?? 0));
  const unchanged = 'planetwire_polls_total{result="unchanged"}';
  await pages.metric(unchanged, (value) => value > (before.get(unchanged) ?? 0));
  const after = await pages.metrics();
  const gained = (name: string): number => (after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN);
  expect(gained("planetwire_entries_unseen_total")).toBe(3);
  expect(gained("planetwire_entries_edited_total")).toBe(1);
  expect(gained('planetwire_deliveries_total{platform="console",kind="post",result="posted"}')).toBe(3);
  expect(gained('planetwire_delivery_delay_seconds_count{platform="console"}')).toBe(3);
  expect(gained('planetwire_delivery_delay_seconds_sum{platform="console"}')).toBeLessThan(60);
  expect(gained('planetwire_polls_total{result="news"}')).toBe(1);
  expect(gained('planetwire_polls_total{result="failed"}')).toBeGreaterThan(0);
  expect(gained('planetwire_polls_total{result="broken"}')).toBe(0);
  expect(gained("planetwire_redis_commands_total")).toBeGreaterThan(50);
  const ends = [...after].filter(([name]) => name.startsWith("planetwire_polls_total"));
  const sum = ends.reduce((all, [, value]) => all + value, 0);
  expect(after.get("planetwire_poll_duration_seconds_count")).toBe(sum);
  expect(after.get('planetwire_poll_duration_seconds_bucket{le="+Inf"}')).toBe(sum);
});

test("bytes are counted as they travelled, and inflated", async () => {
  const body = rss([numbered(70, { content: "the same words again ".repeat(500) })]);
  const packed = gzipSync(body);
  packedServer.on("request", (request, response) => {
    if (request.headers["if-none-match"] === '"1"') return response.writeHead(304).end();
    return response.writeHead(200, { etag: '"1"', "content-encoding": "gzip" }).end(packed);
  });
  packedServer.listen(0, "127.0.0.1");
  await once(packedServer, "listening");
  const before = await pages.metrics();
  await doneInMain(bot, `follow http://127.0.0.1:${String(portOf(packedServer))}/feed`);
  const after = await pages.metrics();
  const [wire = 0, document = 0] = ["wire", "document"]
    .map((what) => `planetwire_fetched_${what}_bytes_total`)
    .map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
  expect(wire).toBeGreaterThanOrEqual(packed.length);
  expect(document / wire).toBeCloseTo(Buffer.byteLength(body) / packed.length, 5);
});

test("what all share is the same on every process, and a process' own is not", async () => {
  const second = startSecond();
  await second.ready;
  try {
    await pages.metric('planetwire_feeds{state="failing"}', (value) => value === 1);
    const shared = [
      'planetwire_feeds{state="failing"}',
      'planetwire_channels{platform="console",state="active"}',
      'planetwire_platform_connected{platform="console"}',
      'planetwire_queue_jobs{queue="deliver-console",state="waiting"}',
      'planetwire_deliveries_held{platform="console"}',
    ];
    await others.metric(shared[0] ?? "", (value) => value === 1);
    const [here, there] = [await pages.metrics(), await others.metrics()];
    for (const name of shared) expect([name, there.get(name)]).toEqual([name, here.get(name) ?? "missing"]);
    const own = 'planetwire_deliveries_total{platform="console",kind="post",result="posted"}';
    expect([(here.get(own) ?? 0) > 0, there.get(own)]).toEqual([true, 0]);
  } finally {
    await second.stop();
  }
});

test("every metric is in docs/operating.md with its type and labels, and no other", async () => {
  const page = await readFile(new URL("../../docs/operating.md", import.meta.url), "utf8");
  const documented = page
    .split("\n")
    .flatMap((line) => /^\| `(planetwire_\w+)` \| (\w+) \| ([^|]*) \| \S/.exec(line)?.slice(1, 4) ?? [])
    .map((cell) => cell.trim())
    .join(" ");
  const { text } = await pages.get("/metrics");
  const types = Array.from(text.matchAll(/^# TYPE (planetwire_\w+) (\w+)$/gm), ([, name = "", type = ""]) => {
    const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name}_`));
    const labels = new Set(lines.flatMap((line) => Array.from(line.matchAll(/(\w+)="/g), (match) => match[1] ?? "")));
    labels.delete("le");
    return [name, type, [...labels].map((label) => `\`${label}\``).join(", ")];
  });
  expect(types.length).toBeGreaterThan(20);
  expect(documented).toBe(types.flat().join(" "));
});

test("no label names a feed, a channel or anything else that grows", async () => {
  const { text } = await pages.get("/metrics");
  const values = new Set(Array.from(text.matchAll(/(\w+)="([^"]*)"/g), ([, name, value]) => `${name}=${value}`));
  expect([...values].filter((value) => /127\.0\.0\.1|main|xml/.test(value))).toEqual([]);
  expect(text.split("\n").length).toBeLessThan(500);
});

describeWithPrometheus("promtool", () => {
  test("finds nothing wrong with a real page", async () => {
    await until("the census was taken", 15_000, async () =>
      (await pages.metrics()).has("planetwire_census_timestamp_seconds") ? true : undefined,
    );
    expect(await promtool(["check", "metrics"], (await pages.get("/metrics")).text)).toEqual({ status: 0, text: "" });
  });
});
