import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toTranscript } from "../../adapters/console/message.ts";
import { previews } from "../../adapters/index.ts";
import { contentOf } from "../../adapters/matrix/message.ts";
import { toMessage } from "../../adapters/slack/message.ts";
import { render } from "../../adapters/discord/render.ts";
import type { Outgoing } from "../../src/adapter.ts";
import { DEFAULT_SETTINGS, type FollowSettings, toSettings } from "../../src/follow/settings.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { isLostOnTheWay, Platform } from "./platform.ts";
import { openScene } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const PICTURE = "https://planet.example/rack.jpg";
const sentences = Array.from({ length: 20 }, (_, i) => `This is sentence ${String(i)} of the text.`);
const values = { html: `<p>${sentences.join(" ")}</p>`, image: PICTURE, authorRaw: "Ada Quill" };

const renderers: readonly (readonly [string, (outgoing: Outgoing) => string])[] = [
  ["discord", render],
  ["slack", (outgoing) => JSON.stringify(toMessage(outgoing))],
  ["matrix", (outgoing) => JSON.stringify(contentOf(outgoing))],
  ["console", (outgoing) => JSON.stringify(toTranscript(outgoing))],
];

/** What a channel with these settings is sent of one entry. */
async function messageIn(
  settings: Partial<FollowSettings>,
  write: (outgoing: Outgoing) => string,
  excerptChars: number,
): Promise<string> {
  const scene = await openScene(real);
  await real.feeds.followers.change(scene.feedId, scene.channel, () => JSON.stringify(settings));
  await scene.publish([1], scene.feedId, values);
  const platform = new Platform();
  await scene.drain({ adapter: Object.assign(platform, { render: write, excerptChars }) });
  return platform.landed[0]?.message ?? "";
}

describe.each(renderers)("what %s is sent", (name, write) => {
  async function inStyle(settings: Partial<FollowSettings>): Promise<string> {
    const preview = await previews[name]?.();
    return await messageIn({ ...DEFAULT_SETTINGS, ...settings }, write, preview?.excerptChars ?? 0);
  }
  // Neither pictures of its own nor their addresses: clients of Matrix show a preview of the link, terminals show none.
  const showsPictures = name === "discord" || name === "slack";

  test("in full: as much as reads well there, with its picture unless that is off", async () => {
    const full = await inStyle({ style: "full" });
    for (const part of ["Post 1", "Ada Quill", "sentence 0", "sentence 12"]) expect(full).toContain(part);
    expect(full).not.toContain("sentence 18");
    expect(full.includes(PICTURE)).toBe(showsPictures);
    const without = await inStyle({ style: "full", images: false });
    expect(without).toContain("sentence 12");
    expect(without).not.toContain(PICTURE);
  });

  test("compact: a few sentences and no picture", async () => {
    const compact = await inStyle({ style: "compact" });
    for (const part of ["Post 1", "Ada Quill", "sentence 0"]) expect(compact).toContain(part);
    expect(compact).not.toContain("sentence 7");
    expect(compact).not.toContain(PICTURE);
  });

  test("title: nothing of the text", async () => {
    const title = await inStyle({ style: "title" });
    for (const part of ["Post 1", "Ada Quill", "https://planet.example/posts/1"]) expect(title).toContain(part);
    expect(title).not.toContain("sentence");
    expect(title).not.toContain(PICTURE);
  });
});

test("settings of an older version, and styles unknown here, are as at the beginning", () => {
  expect(toSettings("{}")).toEqual(DEFAULT_SETTINGS);
  expect(toSettings(JSON.stringify({ style: "loud", images: false }))).toEqual({ ...DEFAULT_SETTINGS, images: false });
});

test("a style that changes while a message is under way changes the next one and not the bytes of this one", async () => {
  const scene = await openScene(real);
  await scene.publish([1], scene.feedId, values);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await real.feeds.followers.change(scene.feedId, scene.channel, () => JSON.stringify({ style: "title" }));
  await scene.timePasses();
  await scene.drain();
  const [first, again] = scene.platform.tried;
  expect(again?.message).toBe(first?.message);
});
