import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { PlatformStage } from "../chaos/platform-stage.ts";
import { openStages } from "../chaos/stages.ts";
import { describeWithSynapse } from "../platforms/matrix/synapse.ts";
import { wire } from "../support/processes.ts";
import { type Item, numbered, rss } from "../support/rss.ts";
import type { ServedFeed } from "../support/served-feed.ts";
import { until } from "../support/wait.ts";
import { openWorld, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PATIENCE_MS = 60_000;
/** By platform, whose posts its channel wants. */
const rules: Readonly<Record<string, readonly string[]>> = {
  discord: ["include", "Ada Quill"],
  slack: ["exclude", "Ada Quill"],
  matrix: ["include", "Ada Quill, Émile Borel"],
};
const authors = ["Ada Quill", "Émile Borel", "Grace Hopper"] as const;

function post(n: number): Item {
  const author = authors[n % authors.length] ?? "";
  return numbered(n, { author, title: `${author}: Post ${String(n)}` });
}

function wants(platform: string, n: number): boolean {
  const [mode = "", names = ""] = rules[platform] ?? [];
  return names.includes(authors[n % authors.length] ?? "") === (mode === "include");
}

describeWithSynapse("one bot on Discord, Slack and Matrix, each channel with its own author filter", () => {
  let world: World;
  let feed: ServedFeed;
  const stages: PlatformStage[] = [];
  const channels = new Map<string, string>();
  const published: Item[] = [];

  beforeAll(async () => {
    stages.push(...(await Promise.all(Object.values(openStages).map(async (open) => await open()))));
    const env = stages.map((stage) => stage.env);
    world = await openWorld({ ...Object.assign({}, ...env), UNCERTAIN_WAIT_SECONDS: "2", DIGEST_FROM: "100" });
    feed = await world.feed([numbered(0)]);
    feed.hold();
    await Promise.all(
      stages.map(async (stage) => {
        const [channel = ""] = await stage.channels(1);
        channels.set(stage.platform, channel);
        await done(channel, "follow", feed.url);
        await done(channel, "authors", feed.url, ...(rules[stage.platform] ?? []));
      }),
    );
    feed.begin();
    await world.startBot();
  });

  afterAll(async () => {
    await world.close();
    for (const stage of stages) await stage.close();
  });

  async function done(channel: string, ...words: readonly string[]): Promise<void> {
    const { status, stderr } = await wire(world.settings, channel, ...words);
    if (status !== 0) throw new Error(`${words.join(" ")} in ${channel}: ${stderr}`);
  }

  function publish(...numbers: readonly number[]): void {
    for (const n of numbers) {
      published.unshift(post(n));
      feed.publish(rss([...published, numbered(0)]));
    }
  }

  /** Numbers of the posts that stand in the channel, in order. */
  async function shown(stage: PlatformStage): Promise<number[]> {
    const seen = await stage.seen(channels.get(stage.platform) ?? "");
    return seen.flatMap(({ urls }) => urls.flatMap((url) => Number(/\/posts\/(\d+)$/.exec(url)?.[1] ?? [])));
  }

  async function shows(stage: PlatformStage, numbers: readonly number[]): Promise<void> {
    const wanted = numbers.filter((n) => wants(stage.platform, n));
    await until(`${stage.platform} shows ${wanted.join()}`, PATIENCE_MS, async () =>
      (await shown(stage)).length >= wanted.length ? true : undefined,
    );
    expect(await shown(stage)).toEqual(wanted);
  }

  test("each shows what its filter lets through, once and in order", async () => {
    publish(1, 2, 3, 4, 5, 6);
    for (const stage of stages) await shows(stage, [1, 2, 3, 4, 5, 6]);
  });

  test("while one is down the others go on, and it catches up when it is back", async () => {
    const before = [1, 2, 3, 4, 5, 6];
    for (const [i, down] of stages.entries()) {
      const news = [10, 11, 12].map((n) => n + 10 * i);
      down.trouble({ cutBefore: 1 });
      publish(...news);
      const others = stages.filter((stage) => stage !== down);
      for (const stage of others) await shows(stage, [...before, ...news]);
      expect(await shown(down)).toEqual(before.filter((n) => wants(down.platform, n)));
      down.trouble({});
      before.push(...news);
      await shows(down, before);
    }
  });
});
