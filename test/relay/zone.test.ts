import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toTranscript } from "../../adapters/console/message.ts";
import { contentOf } from "../../adapters/matrix/message.ts";
import { toMessage } from "../../adapters/slack/message.ts";
import type { Outgoing } from "../../src/adapter.ts";
import type { RawEntry } from "../../src/feed/entry.ts";
import { drainChannel } from "../../src/relay/deliver.ts";
import { never } from "../poll/polling.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { change, type EditScene, FIRST, LATER, openEditScene } from "./edit-scene.ts";
import { isLostOnTheWay, lands, Platform } from "./platform.ts";
import { openScene, type Scene } from "./scene.ts";
import { openThreads } from "./thread-scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const BERLIN = "Europe/Berlin";
/** 00:30 on 1 February in Berlin. */
const dated: Partial<RawEntry> = { ...FIRST, publishedAt: "2026-01-31T23:30:00.000Z" };
const IN_BERLIN = "2026-02-01 00:30 CET";
const IN_UTC = "2026-01-31 23:30 UTC";

/** Where the date of a post is text of ours. */
const renderers: readonly (readonly [string, (outgoing: Outgoing) => string])[] = [
  ["slack", (outgoing) => JSON.stringify(toMessage(outgoing))],
  ["matrix", (outgoing) => JSON.stringify(contentOf(outgoing))],
  ["console", (outgoing) => JSON.stringify(toTranscript(outgoing))],
];

function platformWith(render: (outgoing: Outgoing) => string): Platform {
  return Object.assign(new Platform(), { render, hasThreads: true });
}

/** Runs the channel's work where messages are written so; returns what has landed. */
async function landedIn(
  { deps }: Scene,
  channel: string,
  render: (outgoing: Outgoing) => string,
): Promise<readonly string[]> {
  const adapter = platformWith(render);
  await drainChannel({ ...deps, adapter }, channel, never);
  return adapter.landed.map(({ message }) => message);
}

describe.each(renderers)("on %s", (_name, render) => {
  test("a post is dated in its channel's zone, and in UTC in another channel of the feed", async () => {
    const scene = await openScene(real);
    const others = [freshChannel(), freshChannel()] as const;
    for (const other of others) await follow(real, other, scene.feedId);
    await real.channels.settings.setZone(scene.channel, BERLIN);
    await real.channels.settings.setZone(others[1], "Asia/Kolkata");
    await scene.publish([1], scene.feedId, dated);
    const [here] = await landedIn(scene, scene.channel, render);
    const [elsewhere] = await landedIn(scene, others[0], render);
    const [far] = await landedIn(scene, others[1], render);
    expect(here).toContain(IN_BERLIN);
    expect(here).not.toContain("UTC");
    expect(elsewhere).toContain(IN_UTC);
    expect(far).toContain("2026-02-01 05:00 GMT+5:30");
    expect(elsewhere).toBe(here?.replaceAll(IN_BERLIN, IN_UTC));
  });

  test("so are the entries of a digest in its thread", async () => {
    const scene = await openThreads(real, []);
    const other = freshChannel();
    await follow(real, other, scene.feedId);
    await real.channels.settings.setZone(scene.channel, BERLIN);
    await scene.publish([1, 2, 3, 4, 5], scene.feedId, { publishedAt: dated.publishedAt ?? null });
    for (const [channel, text] of [
      [scene.channel, IN_BERLIN],
      [other, IN_UTC],
    ] as const) {
      const [digest, details = ""] = await landedIn(scene, channel, render);
      expect(digest).toContain("5 new");
      // Slack's blocks and the body and the HTML of Matrix say it once each.
      const dates = details.match(/2026-\d\d-\d\d \d\d:\d\d \w+/g) ?? [];
      expect(new Set(dates)).toEqual(new Set([text]));
      expect(dates.length % 5).toBe(0);
    }
  });

  test("an edit is dated in the zone of its day, and a zone that changes edits nothing", async () => {
    const scene = await openEditScene(real);
    const adapter = platformWith(render);
    await change(scene, dated);
    await scene.drain({ adapter });
    expect(adapter.landed.map(({ message }) => message.includes(IN_UTC))).toEqual([true]);
    await real.channels.settings.setZone(scene.channel, BERLIN);
    // Read again as it is, and with another date, which is no other post.
    await nothingIsEdited(scene, adapter, dated);
    await nothingIsEdited(scene, adapter, { ...dated, publishedAt: "2026-01-30T23:30:00.000Z" });
    await change(scene, { ...dated, ...LATER });
    await scene.drain({ adapter });
    const [edited = "", ...more] = adapter.editsLanded.map(({ message }) => message);
    expect(more).toEqual([]);
    expect(edited).toContain(IN_BERLIN);
    expect(edited).not.toContain("UTC");
  });
});

async function nothingIsEdited(scene: EditScene, adapter: Platform, values: Partial<RawEntry>): Promise<void> {
  await change(scene, values);
  await scene.editsAreDue();
  expect(await scene.drain({ adapter })).toBeNull();
  expect(await scene.waitingEdits()).toEqual([]);
  expect(adapter.editsTried).toEqual([]);
}

test("a change that a post does not show edits none that was dated before its channel chose a zone", async () => {
  const scene = await openEditScene(real, { style: "title" });
  const adapter = platformWith((outgoing) => JSON.stringify(contentOf(outgoing)));
  await change(scene, dated);
  await scene.drain({ adapter });
  await real.channels.settings.setZone(scene.channel, BERLIN);
  await change(scene, { ...dated, ...LATER });
  expect(await scene.waitingEdits()).toHaveLength(1);
  await scene.drain({ adapter });
  expect(await scene.waitingEdits()).toEqual([]);
  expect(adapter.editsTried).toEqual([]);
  await change(scene, { ...dated, ...LATER, titleRaw: "Another title" });
  await scene.drain({ adapter });
  expect(adapter.editsLanded.map(({ message }) => message.includes(IN_BERLIN))).toEqual([true]);
});

test("a zone that changes while messages are under way changes none of their bytes", async () => {
  const scene = await openThreads(real, []);
  const adapter = platformWith((outgoing) => JSON.stringify(toTranscript(outgoing)));
  await scene.publish([1, 2, 3, 4, 5], scene.feedId, { publishedAt: dated.publishedAt ?? null });
  adapter.fates.push(isLostOnTheWay, lands, isLostOnTheWay);
  for (const zone of [BERLIN, "Asia/Kolkata", "UTC"]) {
    await scene.drain({ adapter });
    await real.channels.settings.setZone(scene.channel, zone);
    await scene.timePasses();
  }
  const [digest, again, details, detailsAgain, ...more] = adapter.tried.map(({ message }) => message);
  expect(more).toEqual([]);
  expect(again).toBe(digest);
  expect(details).toContain(IN_BERLIN);
  expect(detailsAgain).toBe(details);
});
