import { afterAll, beforeAll, expect, test } from "vitest";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { channelKeys, dueKey, feedKeys } from "../../src/store/keys.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { change, FIRST, LATER, openEditScene, textOf } from "./edit-scene.ts";
import { landsUnheard } from "./platform.ts";
import { titles } from "./scene.ts";

// What the last version without edits, links and follow options left in Redis, made by taking away what it did not write.

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

type Fields = Record<string, unknown>;

function without(json: string, ...names: readonly string[]): string {
  const kept = Object.entries(JSON.parse(json) as Fields).filter(([name]) => !names.includes(name));
  return JSON.stringify(Object.fromEntries(kept));
}

async function rewrite(key: string, write: (value: string) => string): Promise<void> {
  for (const [field, value] of Object.entries(await real.redis.hgetall(key)))
    await real.redis.hset(key, field, write(value));
}

/** `<first seen>,<keys>\n<JSON>` */
function oldRecord(record: string): string {
  const [head = "", json = ""] = record.split("\n");
  return `${head.split(" ")[0] ?? ""}\n${without(json, "linkKey")}`;
}

/** `<since> <follow id> <settings>` */
function oldFollower(row: string): string {
  const [since = "", followId = "", ...settings] = row.split(" ");
  return [since, followId, without(settings.join(" "), "edits", "title", "mention")].join(" ");
}

async function downgrade(channel: string, feedId: string): Promise<void> {
  const [c, f] = [channelKeys(channel), feedKeys(feedId)];
  await rewrite(f.entries, oldRecord);
  await rewrite(f.followers, oldFollower);
  await rewrite(f.fanout, (open) => {
    const { numbers, followers } = JSON.parse(open) as { numbers: number[]; followers: [string, string][] };
    return JSON.stringify({ numbers, followers: followers.map(([to, row]) => [to, oldFollower(row)]) });
  });
  await real.redis.hdel(f.state, "meaning", "edits", "stopped", "toldSinceMs", "resumedAtMs", "log");
  await rewrite(c.ledger, (row) => without(row, "shown", "together", "rev", "again"));
  await real.redis.hdel(c.sending, "aim", "details");
  await real.redis.del(f.edits, f.leaving);
  await real.redis.del(c.edits, c.moves, c.links, c.linkTimes, c.details);
}

test("what an older version left is posted, each once, in its order, and is edited from then on", async () => {
  const scene = await openEditScene(real);
  const { channel, feedId, platform } = scene;
  await scene.publish([1]);
  await scene.drain();
  await scene.publish([2, 3, 4], feedId, FIRST);
  platform.fates.push(landsUnheard);
  await scene.drain();
  // Recorded, and not yet offered.
  await recordDocument(real.feeds, feedId, documentOf([entry(1), entry(5)]), true, LIMITS);
  await downgrade(channel, feedId);
  // The same document, and in it what was posted before says something else.
  await recordDocument(
    real.feeds,
    feedId,
    documentOf([entry(1, LATER), entry(2, FIRST), entry(5), entry(6)]),
    true,
    LIMITS,
  );
  const wake = async (): Promise<void> => await Promise.resolve();
  await finishFanOuts({ ...real, wake, retentionMs: 1e9 }, feedId);
  await scene.timePasses();
  await scene.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6));
  expect(platform.tried).toHaveLength(6);
  expect(platform.editsTried).toEqual([]);
  // An old record says nothing that could be compared; from its next sighting on it does.
  await scene.publish([2], feedId, textOf("What it says at last."));
  await scene.drain();
  expect(scene.said()[1]).toBe("What it says at last.");
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6));
  // Nobody knows what an old message shows.
  await change(scene, textOf("What it says at last."));
  await scene.drain();
  expect((await scene.row(1))?.editWhy).toMatch(/version that did not note/);
  expect(platform.editsTried).toHaveLength(1);
});

test("a digest of which only a part was posted, and one that was refused, go on by the plan of the older version", async () => {
  for (const plan of ["digest", "single"]) {
    const scene = await openEditScene(real);
    const { channel, feedId, platform } = scene;
    await scene.publish([1, 2, 3, 4], feedId);
    await real.redis.hset(channelKeys(channel).meta, "plan", `${plan} ${feedId}.3`);
    await downgrade(channel, feedId);
    await scene.drainAll();
    expect(scene.messages().map(({ entries }) => entries)).toEqual(
      plan === "digest" ? [titles(1, 2, 3), titles(4)] : [titles(1), titles(2), titles(3), titles(4)],
    );
    expect(platform.landed).toHaveLength(plan === "digest" ? 2 : 4);
  }
});

test("feeds with due times of the older version are claimed when they are due, and no sooner again than the least", async () => {
  const [due, later] = ["a", "b"];
  const nowMs = Date.now();
  await real.redis.zadd(dueKey(77), nowMs - 1000, due, nowMs + 60_000, later);
  expect((await real.feeds.schedule.claimDue(77, 8, 5000)).ids).toEqual([due]);
  expect((await real.feeds.schedule.claimDue(77, 8, 5000)).ids).toEqual([]);
  expect(await real.feeds.schedule.dueAt(77, due)).toBeGreaterThanOrEqual(nowMs + 4900);
  await real.feeds.schedule.postpone(77, due, 0);
  expect((await real.feeds.schedule.claimDue(77, 8, 5000)).ids).toEqual([due]);
});
