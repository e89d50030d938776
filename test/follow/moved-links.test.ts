import { afterAll, beforeAll, expect, test } from "vitest";
import { mergeFeed } from "../../src/follow/merge-feed.ts";
import { asAnother } from "../../src/poll/goes-on.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { never } from "../poll/polling.ts";
import { Life } from "../relay/life.ts";
import { Platform } from "../relay/platform.ts";
import { freshChannel, freshFeedId } from "../store/real-redis.ts";
import { posted } from "../relay/scene.ts";
import { type Item, numbered, rss, without } from "../support/rss.ts";
import { change, close, drain, mortal, open, polling, real, server, type Stage, subscribe } from "./address-stage.ts";

beforeAll(open);
afterAll(close);

const LINK = "http://planet.example/open-thread";
const MINUTE_MS = 60_000;
const startedAtMs = Date.now() - 60 * MINUTE_MS;

function item(n: number, values: Item = {}): Item {
  return numbered(n, { date: new Date(startedAtMs + n * MINUTE_MS), ...values });
}

function show(name: string, ...items: readonly Item[]): string {
  return server.serve(`/${name}`, { body: rss(items.toReversed()) });
}

/** The fourth post is out, under a link that may come again. */
async function stage(fourth = item(4, { link: LINK })): Promise<Stage> {
  const name = freshFeedId();
  const [mover, stays, there] = [freshChannel(), freshChannel(), freshChannel()];
  const old = await subscribe(show(`${name}-old`, item(1), item(2)), mover);
  show(`${name}-old`, item(1), item(2), fourth);
  const newUrl = show(`${name}-new`, item(1), item(2));
  await subscribe(newUrl, there);
  const platform = new Platform();
  const scene = { name, old, mover, stays, there, platform, newUrl };
  await pollFeed(polling.deps, old, never);
  await drain(scene);
  return scene;
}

async function published(scene: Stage, ...items: readonly Item[]): Promise<string[]> {
  show(`${scene.name}-new`, item(1), item(2), ...items);
  const [into = ""] = (await real.channels.follows(scene.there)).keys();
  await pollFeed(polling.deps, into, never);
  await drain(scene);
  return posted(scene, scene.mover);
}

async function merge(scene: Stage): Promise<void> {
  const [into = ""] = (await real.channels.follows(scene.there)).keys();
  server.redirect(`/${scene.name}-old`, 308, scene.newUrl);
  await real.feeds.setState(scene.old, asAnother(into));
  for (let sweeps = 0; sweeps < 2; sweeps += 1) await mergeFeed(mortal(new Life()), scene.old, never);
}

const ways = [
  { what: "a change of address", move: async (scene: Stage) => void (await change(scene)) },
  { what: "a merge", move: merge },
];

test.each(ways)("a link that a feed gives to another post after $what keeps none away", async ({ move }) => {
  const scene = await stage();
  await move(scene);
  expect(await published(scene, item(9, { link: LINK }))).toEqual(["Post 4", "Post 9"]);
});

test.each(ways)("what comes again after $what stays away, also under another guid", async ({ move }) => {
  const scene = await stage();
  await move(scene);
  expect(await published(scene, item(4, { link: LINK }))).toEqual(["Post 4"]);
  const other = await stage();
  await move(other);
  expect(await published(other, item(4, { link: LINK, guid: "moved-4" }))).toEqual(["Post 4"]);
});

const fourth = item(4, { link: LINK });
const ninth = item(9, { link: LINK });
const later = item(4, { link: LINK, date: new Date(startedAtMs + 9 * MINUTE_MS) });
const renamed = item(9, { link: LINK, date: new Date(startedAtMs + 4 * MINUTE_MS) });

test.each([
  ["the same guid, another date", fourth, later, false],
  ["the same guid, another title and date", fourth, { ...ninth, guid: "guid-4" }, false],
  ["another guid, another title, the same date", fourth, renamed, false],
  ["no dates, another guid", without(fourth, "date"), without({ ...fourth, guid: "moved-4" }, "date"), false],
  ["no dates, another guid and title", without(fourth, "date"), without(ninth, "date"), true],
  ["no guids, another title and date", without(fourth, "guid"), without(ninth, "guid"), true],
  ["no guids, another date", without(fourth, "guid"), without(later, "guid"), false],
  ["no guids, another title", without(fourth, "guid"), without(renamed, "guid"), false],
  ["no guids and no dates, another title", without(fourth, "guid", "date"), without(ninth, "guid", "date"), false],
  ["a guid only by now, another title and date", without(fourth, "guid"), ninth, true],
  ["a guid only by now, another date", without(fourth, "guid"), later, false],
])("under a link that comes again after a change of address: %s", async (_what, one, other, isAnother) => {
  const scene = await stage(one);
  await change(scene);
  expect(await published(scene, other)).toEqual(["Post 4", ...(isAnother ? [other.title] : [])]);
});

test("a link that comes again on the very day of the move keeps no post away", async () => {
  const scene = await stage();
  show(`${scene.name}-new`, item(1), item(2), item(9, { link: LINK }));
  await change(scene);
  await drain(scene);
  expect(posted(scene, scene.mover)).toEqual(["Post 4", "Post 9"]);
});
