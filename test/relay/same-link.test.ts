import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { follow } from "../store/follows.ts";
import { freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type EditScene, openEditScene } from "./edit-scene.ts";

// A feed that gives the link of one entry to another post.

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const LINK = "https://planet.example/live";
const wake = async (): Promise<void> => await Promise.resolve();

async function read(feedId: string, ...entries: readonly RawEntry[]): Promise<void> {
  await recordDocument(real.feeds, feedId, documentOf(entries), true, LIMITS);
  await finishFanOuts({ ...real, wake, retentionMs: 1e9 }, feedId);
}

interface Followed {
  readonly scene: EditScene;
  readonly feedId: string;
}

/** A feed that shows these entries as it is followed. */
async function following(...entries: readonly RawEntry[]): Promise<Followed> {
  const [scene, feedId] = [await openEditScene(real), freshFeedId()];
  await real.feeds.setState(feedId, { url: `https://${feedId}.example/feed`, title: "A feed" });
  await read(feedId, ...entries);
  await follow(real, scene.channel, feedId);
  return { scene, feedId };
}

async function shown({ scene, feedId }: Followed, ...entries: readonly RawEntry[]): Promise<readonly string[]> {
  await read(feedId, ...entries);
  await scene.editsAreDue();
  await scene.drainAll();
  return scene.posted();
}

const one = (values: Partial<RawEntry>): RawEntry => entry(1, { link: LINK, ...values });
const other = (values: Partial<RawEntry>): RawEntry => entry(2, { link: LINK, ...values });
const NO_GUID = { guid: "" };

test("without guids the link is the entry: what was posted is edited, and says all that the other does", async () => {
  const followed = await following(entry(7));
  expect(await shown(followed, one(NO_GUID), entry(7))).toEqual(["Post 1"]);
  expect(await shown(followed, other(NO_GUID), entry(7))).toEqual(["Post 2"]);
  expect(followed.scene.platform.editsTried).toHaveLength(1);
  expect(followed.scene.said()[0]).toContain("Post 2 is about");
});

test("nor is it news where the message is too old to be edited", async () => {
  const followed = await following(entry(7));
  await shown(followed, one(NO_GUID), entry(7));
  const { scene, feedId } = followed;
  const row = { ...(await scene.row(2, feedId)), at: Date.now() - 8 * 86_400_000 };
  await real.redis.hset(channelKeys(scene.channel).ledger, `${feedId}.2`, JSON.stringify(row));
  expect(await shown(followed, other(NO_GUID), entry(7))).toEqual(["Post 1"]);
  expect((await scene.row(2, feedId))?.editWhy).toMatch(/\S/);
});

test("nor is it news where the entry was there before the follow", async () => {
  const followed = await following(one(NO_GUID), entry(7));
  expect(await shown(followed, other(NO_GUID), entry(7))).toEqual([]);
});

test("where both stood in one document, then or later, the link is neither's, and each is posted", async () => {
  const followed = await following(one(NO_GUID), entry(7));
  expect(await shown(followed, other(NO_GUID), one(NO_GUID), entry(7))).toEqual(["Post 2"]);
  expect(await shown(followed, entry(3, { link: LINK, ...NO_GUID }), entry(7))).toEqual(["Post 2", "Post 3"]);
});

test("guids tell them apart, also where the first was there before the follow", async () => {
  const followed = await following(one({}), entry(7));
  expect(await shown(followed, other({}), entry(7))).toEqual(["Post 2"]);
});
