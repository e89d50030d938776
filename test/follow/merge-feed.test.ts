import { afterAll, beforeAll, expect, test } from "vitest";
import { mergeFeed } from "../../src/follow/merge-feed.ts";
import { toFeedState } from "../../src/poll/feed-state.ts";
import { asAnother } from "../../src/poll/goes-on.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { never } from "../poll/polling.ts";
import { Life, untilOver } from "../relay/life.ts";
import { Platform } from "../relay/platform.ts";
import { deliverDeps, drainAll, posted, titles } from "../relay/scene.ts";
import { excludingAuthor, follow } from "../store/follows.ts";
import { freshChannel, freshFeedId } from "../store/real-redis.ts";
import { type Item, numbered, rss } from "../support/rss.ts";
import { close, mortal, open, polling, real, server } from "./address-stage.ts";

beforeAll(open);
afterAll(close);

/** Two feeds of which the first has turned out to be the second, and who follows which. */
interface Stage {
  readonly old: string;
  readonly current: string;
  /** Follows the old one, with a rule. */
  readonly movers: string;
  /** Follows both. */
  readonly both: string;
  /** Follows the new one. */
  readonly settled: string;
  readonly platform: Platform;
}

async function record(feedId: string, ...numbers: readonly number[]): Promise<void> {
  const document = documentOf(numbers.map((n) => entry(n, { guid: `guid-${n}` })).toReversed());
  await recordDocument(real.feeds, feedId, document, true, LIMITS);
  await polling.deps.fanOut(feedId);
}

/** The document at the new place has these entries now; Grace writes every tenth. */
function show({ current }: Pick<Stage, "current">, ...numbers: readonly number[]): string {
  const items = numbers.toReversed().map((n): Item => numbered(n, n % 10 === 0 ? { author: "Grace" } : {}));
  return server.serve(`/${current}`, { body: rss(items) });
}

/** The old feed has read up to 3, the new one up to 4, and the document goes on. */
async function stage(): Promise<Stage> {
  const [old, current] = [freshFeedId(), freshFeedId()];
  const [movers, both, settled] = [freshChannel(), freshChannel(), freshChannel()];
  const url = show({ current }, 1, 2, 3, 4, 5, 10);
  await real.feeds.setState(old, { url: server.redirect(`/${old}`, 308, url) });
  await real.feeds.setState(current, { url });
  await record(old, 1, 2);
  await follow(real, movers, old, excludingAuthor("Grace"));
  await record(old, 1, 2, 3);
  await follow(real, both, old);
  await record(current, 1, 2);
  for (const channel of [both, settled]) await follow(real, channel, current);
  await record(current, 1, 2, 3, 4);
  await real.feeds.setState(old, asAnother(current));
  return { old, current, movers, both, settled, platform: new Platform() };
}

async function drain({ platform, movers, both, settled }: Stage): Promise<void> {
  for (const channel of [movers, both, settled])
    await drainAll({ ...deliverDeps(real, platform), digestFrom: 99 }, channel);
}

/** Two sweeps, with what waits posted in between, and what the feed publishes afterwards. */
async function settleDown(scene: Stage, ...more: readonly number[]): Promise<void> {
  await mergeFeed(mortal(new Life()), scene.old, never);
  await drain(scene);
  await mergeFeed(mortal(new Life()), scene.old, never);
  show(scene, 3, 4, 5, 10, ...more, 7, 20);
  await pollFeed(polling.deps, scene.current, never);
  await drain(scene);
}

async function live(scene: Stage, life: Life): Promise<void> {
  await untilOver(life, mergeFeed(mortal(life), scene.old, never));
}

async function expectOneFollowEach(scene: Stage): Promise<void> {
  for (const channel of [scene.movers, scene.both, scene.settled])
    expect([...(await real.channels.follows(channel)).keys()]).toEqual([scene.current]);
  expect(await real.feeds.followers.channels(scene.old)).toEqual([]);
}

test("a feed that turns out to be another we follow: followers move with their rules, each entry is posted once, in order", async () => {
  const scene = await stage();
  await settleDown(scene);
  expect(posted(scene, scene.movers)).toEqual(titles(3, 4, 5, 7));
  expect(posted(scene, scene.settled)).toEqual(titles(3, 4, 5, 10, 7, 20));
  expect(posted(scene, scene.both)).toEqual(titles(3, 4, 5, 10, 7, 20));
  await expectOneFollowEach(scene);
});

test("the old feed is not asked or recorded in any more, and its address leads to the new one", async () => {
  const scene = await stage();
  await mergeFeed(mortal(new Life()), scene.old, never);
  await expect(record(scene.old, 1, 2, 3, 9)).rejects.toThrow("CLOSED");
  expect(await pollFeed(polling.deps, scene.old, never)).toMatchObject({ kind: "stop" });
  expect(toFeedState(await real.feeds.state(scene.old))?.mergedInto).toBe(scene.current);
});

// Before a step is after the one before it.
test("a merge that dies after any of its steps goes on at the next sweep: nothing lost, nothing twice", async () => {
  const dry = new Life();
  await live(await stage(), dry);
  expect(dry.calls).toBeGreaterThan(30);
  const steps = Array.from({ length: dry.calls }, (_, i) => i + 1);
  for (let start = 0; start < steps.length; start += 8) {
    await Promise.all(
      steps.slice(start, start + 8).map(async (step) => {
        const scene = await stage();
        await live(scene, new Life(step, "after"));
        await settleDown(scene);
        const seen = [scene.movers, scene.both, scene.settled].map((channel) => posted(scene, channel));
        const all = titles(3, 4, 5, 10, 7, 20);
        expect({ step, seen }).toEqual({ step, seen: [titles(3, 4, 5, 7), all, all] });
        await expectOneFollowEach(scene);
      }),
    );
  }
}, 120_000);

/** Something else happens after the n-th step. */
class Meddled extends Life {
  readonly #at: number;
  readonly #happens: () => Promise<void>;

  constructor(at: number, happens: () => Promise<void>) {
    super();
    [this.#at, this.#happens] = [at, happens];
  }

  override async step<T>(make: () => Promise<T>): Promise<T> {
    const result = await super.step(make);
    if (this.calls === this.#at) await this.#happens();
    return result;
  }
}

test("whatever the new feed publishes and its poll finds between any two steps of a merge is posted once everywhere", async () => {
  const dry = new Life();
  await live(await stage(), dry);
  const steps = Array.from({ length: dry.calls }, (_, i) => i + 1);
  for (let start = 0; start < steps.length; start += 8) {
    await Promise.all(
      steps.slice(start, start + 8).map(async (step) => {
        const scene = await stage();
        const life = new Meddled(step, async () => {
          show(scene, 2, 3, 4, 5, 10, 6);
          await pollFeed(polling.deps, scene.current, never);
        });
        await live(scene, life);
        await settleDown(scene, 6);
        const seen = [scene.movers, scene.both, scene.settled].map((channel) => posted(scene, channel).toSorted());
        const all = titles(10, 20, 3, 4, 5, 6, 7);
        expect({ step, seen }).toEqual({ step, seen: [titles(3, 4, 5, 6, 7), all, all] });
        await expectOneFollowEach(scene);
      }),
    );
  }
}, 120_000);

test("whatever the old feed's own poll still finds between any two steps of a merge is posted once to who comes from there", async () => {
  const dry = new Life();
  await live(await stage(), dry);
  const steps = Array.from({ length: dry.calls }, (_, i) => i + 1);
  for (let start = 0; start < steps.length; start += 8) {
    await Promise.all(
      steps.slice(start, start + 8).map(async (step) => {
        const scene = await stage();
        const life = new Meddled(step, async () => {
          show(scene, 2, 3, 4, 5, 10, 6);
          await pollFeed(polling.deps, scene.old, never);
        });
        await live(scene, life);
        await settleDown(scene, 6);
        const seen = [scene.movers, scene.settled].map((channel) => posted(scene, channel).toSorted());
        expect({ step, seen }).toEqual({ step, seen: [titles(3, 4, 5, 6, 7), titles(10, 20, 3, 4, 5, 6, 7)] });
        await expectOneFollowEach(scene);
      }),
    );
  }
}, 120_000);
