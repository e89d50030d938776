import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDocument } from "../../src/poll/record.ts";
import { entryId } from "../../src/relay/item.ts";
import { LedgerStore, type Repeated } from "../../src/store/ledger-store.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { excludingAuthor, follow, unfollow } from "../store/follows.ts";
import { resending } from "../store/resending.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life } from "./life.ts";
import { fails, isLostOnTheWay, landsUnheard } from "./platform.ts";
import { openScene, type Scene, SHORT_ATTEMPT_MS, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

let generations = Date.now();

interface Wish {
  readonly ledger?: LedgerStore;
  readonly generation?: number;
  readonly evenIfPosted?: boolean;
  readonly since?: number;
}

async function repeat(scene: Scene, number: number, wish: Wish = {}): Promise<Repeated> {
  const {
    ledger = new LedgerStore(real.redis),
    generation = (generations += 1),
    evenIfPosted = false,
    since = 0,
  } = wish;
  const one = { id: entryId(scene.feedId, number), feedId: scene.feedId, number, since };
  return await ledger.repeat(scene.channel, one, generation, evenIfPosted);
}

async function hold(scene: Scene): Promise<void> {
  scene.platform.fates.push(isLostOnTheWay);
  scene.platform.findings.push({ kind: "cannot-know", reason: "who knows" });
  await scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
  await scene.timePasses();
  await scene.drain();
}

test("what a filter kept out goes once, though the filter still says no, and under a key of its own", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1]);
  expect(await repeat(scene, 1)).toBe("ok");
  await scene.drain();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
  expect(await scene.row(1)).toMatchObject({ state: "posted", ref: "ref-1", again: expect.any(String) });
});

test("what was refused, withdrawn or older than the follow goes, too", async () => {
  const scene = await openScene(real);
  scene.platform.fates.push(fails("message-rejected"));
  await scene.publish([1]);
  await scene.drain();
  await scene.publish([2]);
  await unfollow(real, scene.channel, scene.feedId);
  await recordDocument(real.feeds, scene.feedId, documentOf([entry(3)]), true, LIMITS);
  await follow(real, scene.channel, scene.feedId);
  expect(await repeat(scene, 1)).toBe("ok");
  expect(await repeat(scene, 2)).toBe("ok");
  expect(await repeat(scene, 3, { since: 3 })).toBe("ok");
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2, 3));
});

test("what was posted goes again only on purpose, with another key", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await scene.drain();
  expect(await repeat(scene, 1)).toBe("posted");
  expect(await repeat(scene, 1, { evenIfPosted: true })).toBe("ok");
  expect(await repeat(scene, 1, { evenIfPosted: true })).toBe("pending");
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 1));
  expect(new Set(scene.platform.tried.map(({ key }) => key)).size).toBe(2);
});

test("what waits, is being sent, or has not been offered yet is left alone", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  expect(await repeat(scene, 1)).toBe("pending");
  scene.platform.fates.push(fails("try-later", "slow down", 60_000));
  await scene.drain();
  expect(await repeat(scene, 1)).toBe("sending");
  await recordDocument(real.feeds, scene.feedId, documentOf([entry(2)]), true, LIMITS);
  expect(await repeat(scene, 2)).toBe("coming");
  await scene.publish([]);
  await scene.timePasses();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("what is held goes again, and of a message of several the rest stays held", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5]);
  await hold(scene);
  const held = async (): Promise<string[]> =>
    (await new LedgerStore(real.redis).held(scene.channel)).flatMap(({ items }) => items);
  expect(await held()).toHaveLength(5);
  expect(await repeat(scene, 2)).toBe("ok");
  await scene.drain();
  expect(scene.posted()).toEqual(titles(2));
  expect(await held()).toEqual([1, 3, 4, 5].map((n) => entryId(scene.feedId, n)));
  for (const n of [1, 3, 4, 5]) await repeat(scene, n);
  expect(await real.redis.exists(channelKeys(scene.channel).held)).toBe(0);
});

test("repetitions go one by one, whatever stands beside them", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1, 2, 3, 4, 5, 6]);
  for (const n of [1, 2, 3, 4, 5, 6]) await repeat(scene, n);
  await real.feeds.followers.change(scene.feedId, scene.channel, () => "{}");
  await scene.publish([7, 8, 9, 10, 11]);
  await scene.drain();
  expect(scene.messages().map(({ entries }) => entries.length)).toEqual([1, 1, 1, 1, 1, 1, 5]);
});

test("a repetition of what is followed no more is withdrawn with the rest", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1]);
  await repeat(scene, 1);
  expect(await unfollow(real, scene.channel, scene.feedId)).toBe(1);
  expect(await scene.row(1)).toMatchObject({ state: "withdrawn", why: "unfollowed" });
});

test("a channel that takes over what waits takes a repetition once", async () => {
  const [scene, next] = [await openScene(real, excludingAuthor("Ada Example")), await openScene(real)];
  await scene.publish([1]);
  await repeat(scene, 1);
  const { items } = await real.channels.waiting(scene.channel);
  await real.channels.adopt(next.channel, items);
  await real.channels.adopt(next.channel, items);
  expect((await real.channels.waiting(next.channel)).items).toEqual(items);
  expect(await real.channels.ledgerRow(next.channel, entryId(scene.feedId, 1))).toMatchObject({ state: "pending" });
  await real.redis.zrem(channelKeys(next.channel).outbox, ...items);
  await real.channels.adopt(next.channel, items);
  expect((await real.channels.waiting(next.channel)).items).toEqual([]);
});

test.each([{ what: "was kept out" }, { what: "is held" }])(
  "a repetition of what $what, sent again after a lost answer, is one",
  async ({ what }) => {
    const scene = await openScene(real, what === "is held" ? undefined : excludingAuthor("Ada Example"));
    await scene.publish([1]);
    if (what === "is held") await hold(scene);
    const ledger = new LedgerStore(resending(real.redis));
    const generation = (generations += 1);
    expect(await repeat(scene, 1, { ledger, generation })).toBe("ok");
    expect((await real.channels.waiting(scene.channel)).items.filter((id) => id.startsWith("="))).toHaveLength(1);
    await scene.drain();
    expect(await repeat(scene, 1, { ledger, generation })).toBe("ok");
    await scene.drain();
    expect(scene.posted()).toEqual(titles(1));
  },
);

/** A person asks for an entry that was kept out, in a process with this life, and again where it died; the work goes on besides. */
async function wish(life: Life): Promise<Scene> {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1]);
  await real.feeds.followers.change(scene.feedId, scene.channel, () => "{}");
  await scene.publish([2]);
  scene.platform.fates.push(isLostOnTheWay, landsUnheard, landsUnheard, fails("try-later"));
  const generation = (generations += 1);
  for (const one of [life, new Life()]) {
    const channels = dying(real.channels, one);
    const feeds = dying(real.feeds, one);
    try {
      await repeat(scene, 1, { ledger: dying(new LedgerStore(real.redis), one), generation });
      while ((await scene.drain({ channels, feeds })) !== null) await scene.timePasses();
    } catch (error) {
      if (!one.isOver) throw error;
    }
    await scene.timePasses();
  }
  return scene;
}

test.each(["before", "after"] as const)(
  "a process that dies %s any step of a repetition is succeeded by one that posts it exactly once",
  async (moment) => {
    const dry = new Life();
    await wish(dry);
    expect(dry.calls).toBeGreaterThan(10);
    for (let step = 1; step <= dry.calls; step += 1) {
      const scene = await wish(new Life(step, moment));
      expect({ step, posted: scene.posted().toSorted() }).toEqual({ step, posted: titles(1, 2) });
      expect(await real.channels.outstanding(scene.channel)).toBe(0);
    }
  },
  60_000,
);
