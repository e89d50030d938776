import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { opmlOf } from "../import/importing.ts";
import type { FeedServer } from "../support/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";
import { until } from "../support/wait.ts";
import { openWorld, type World } from "../support/world.ts";

let world: World;

beforeEach(async () => {
  world = await openWorld();
});

afterEach(async () => world.close());

interface Result {
  readonly counts: Readonly<Record<string, number>>;
  readonly feeds: readonly { readonly kind: string }[];
}

async function servers(count: number, feedsEach: number): Promise<{ servers: FeedServer[]; urls: string[] }> {
  const all = await Promise.all(Array.from({ length: count }, async () => await world.startServer(30)));
  const urls = all.flatMap((server, s) =>
    Array.from({ length: feedsEach }, (_, i) => server.feed(`${String(i)}.xml`, rss([numbered(s * 100 + i)])).url),
  );
  return { servers: all, urls };
}

test("killed twice in the middle of an import, a bot ends it: every feed is followed once, and its end is told once", async () => {
  const { servers: all, urls } = await servers(3, 15);
  const list = (await world.startServer()).page("list.opml", { body: opmlOf(urls) });
  const asked = (): number => all.reduce((sum, server) => sum + server.requests(), 0);
  let bot = await world.startBot();
  const begun = await bot.say(`!wire import ${list}`);
  expect(begun.text).toContain("Importing 45 feeds from");
  for (const many of [8, 20]) {
    await until(
      `${String(many)} requests`,
      30_000,
      async () => await Promise.resolve(asked() >= many ? true : undefined),
    );
    bot.signal("SIGKILL");
    await bot.ended;
    bot = await world.startBot();
  }
  const channel = world.channel("main");
  const notices = async (): Promise<readonly string[]> =>
    (await channel.transcript.messages()).filter(({ kind }) => kind === "notice").map(({ text }) => text);
  await until("the end", 60_000, async () => ((await notices()).length > 0 ? true : undefined));
  const { data } = JSON.parse(await channel.done("--json", "import", "status")) as { data: Result };
  expect(data.counts).toEqual({ followed: 45, already: 0, same: 0, refused: 0, limit: 0, left: 0 });
  const exported = await channel.done("export");
  expect(exported.match(/xmlUrl="/g)).toHaveLength(45);
  expect(new Set(exported.match(/(?<=xmlUrl=")[^"]+/g))).toEqual(new Set(urls));
  await bot.stop();
  expect(await notices()).toEqual(["The import is done: 45 followed. “import status” lists every feed."]);
}, 120_000);

test("the command line imports a file alone, and beside a bot; what it says on the way is not in the way of its answer", async () => {
  const { urls } = await servers(1, 3);
  const path = join(world.dataDir, "mine.opml");
  await writeFile(path, opmlOf(urls));
  const alone = await world.channel("alone").wire("import", path);
  expect(alone).toMatchObject({ status: 0 });
  expect(alone.stdout).toMatch(/^Imported from \*\*mine\.opml\*\*: 3 followed\./);
  expect(alone.stderr).toMatch(/^Importing 3 feeds from \*\*mine\.opml\*\*\./);
  const bot = await world.startBot();
  const beside = await world.channel("beside").wire("--json", "import", path);
  expect(JSON.parse(beside.stdout)).toMatchObject({ status: "done", data: { counts: { followed: 3 } } });
  for (const missing of ["./nothing.opml", "nothing.opml"]) {
    const { status, stderr } = await world.channel("beside").wire("import", missing);
    expect([status, stderr]).toEqual([2, expect.stringContaining("There is no file")]);
  }
  await bot.stop();
  expect(await world.channel("beside").transcript.messages()).toEqual([]);
});

test("a terminal that shows an answer of the command line gets no control characters from a list", async () => {
  const path = join(world.dataDir, "hostile.opml");
  await writeFile(path, '<opml><outline text="a&#27;[31mb&#x202e;c&#x9b;2Jd" xmlUrl="http://127.0.0.1:1/x"/></opml>');
  const { stdout } = await world.channel("hostile").wire("import", path);
  expect(stdout).toMatch(/a.*31mb/);
  expect(stdout).not.toMatch(/[\u001b\u009b\u202e]/);
  const { data } = JSON.parse(await world.channel("hostile").done("--json", "import", "status")) as { data: unknown };
  expect(JSON.stringify(data)).toContain("31mb");
});

test("on the terminal an export is a file whose place is said, and an import shows its end", async () => {
  const { urls } = await servers(1, 1);
  const list = (await world.startServer()).page("list.opml", { body: opmlOf(urls) });
  const bot = await world.startBot();
  await bot.say(`!wire import ${list}`);
  const { text } = await bot.say("!wire import status");
  expect(text).toMatch(/^Import(?:ed|ing) from/);
  await until("the end", 30_000, async () => {
    const shown = await bot.say("!wire import status");
    return shown.text.startsWith("Imported from") ? true : undefined;
  });
  const exported = await bot.say("!wire export");
  expect(exported.text).toMatch(/Written to \S+planetwire-\d{4}-\d\d-\d\d\.opml/);
});
