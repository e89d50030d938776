import { afterAll, beforeAll, expect, test } from "vitest";
import { changeAddress } from "../../src/follow/change-address.ts";
import { channelFeeds } from "../../src/follow/channel-feeds.ts";
import { unfollowFeed } from "../../src/follow/follow-feed.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { moveChannel } from "../../src/relay/move-channel.ts";
import { speaker } from "../command/speaker.ts";
import { never } from "../poll/polling.ts";
import { Life, untilOver } from "../relay/life.ts";
import { posted, titles } from "../relay/scene.ts";
import { wake } from "../relay/work.ts";
import { excludingAuthor } from "../store/follows.ts";
import { freshChannel, freshFeedId } from "../store/real-redis.ts";
import { rss } from "../support/rss.ts";
import {
  change,
  close,
  drain,
  items,
  mortal,
  open,
  polling,
  real,
  server,
  settleDown,
  show,
  type Stage,
  stage,
  subscribe,
  sweepOnce,
} from "./address-stage.ts";

beforeAll(open);
afterAll(close);

async function expectSettled(scene: Stage): Promise<void> {
  expect(posted(scene, scene.mover)).toEqual(titles(6, 7, 8));
  expect(posted(scene, scene.stays)).toEqual(titles(6, 7, 20, 8));
  expect(posted(scene, scene.there)).toEqual(titles(6, 7, 20, 8));
  const [feed, ...more] = await channelFeeds(real.feeds, real.channels, scene.mover);
  expect(more).toEqual([]);
  expect(feed?.state.url).toBe(scene.newUrl);
  expect(feed?.settings).toMatchObject({ style: "title", filter: excludingAuthor("Grace") });
  expect(await real.feeds.followers.channels(scene.old)).toEqual([scene.stays]);
  expect(await real.channels.moves.of(scene.mover)).toEqual(new Map());
  expect(await real.redis.exists(`pw:leaving:{${scene.old}}`)).toBe(0);
}

test("the follow goes to the new address with its rules: what waits is posted, nothing old, nothing twice, and others stay", async () => {
  const scene = await stage();
  expect(await change(scene)).toMatchObject({ kind: "changed", end: { kind: "moved", news: 1, wasLeft: false } });
  await settleDown(scene);
  await sweepOnce();
  await expectSettled(scene);
});

// Before a step is after the one before it.
test("a change of address that dies after any of its steps goes on at the next sweep: nothing lost, nothing twice", async () => {
  const dry = new Life();
  await change(await stage(), dry);
  expect(dry.calls).toBeGreaterThan(25);
  for (let step = 1; step <= dry.calls; step += 1) {
    const scene = await stage();
    const life = new Life(step, "after");
    await untilOver(life, change(scene, life));
    const isNoted = (await real.channels.moves.of(scene.mover)).size > 0;
    await sweepOnce();
    // Before anything was noted, nothing has happened and a person asks again.
    if (!isNoted && (await channelFeeds(real.feeds, real.channels, scene.mover))[0]?.state.url !== scene.newUrl)
      await change(scene);
    await settleDown(scene);
    await sweepOnce();
    await expectSettled(scene).catch((error: unknown) => {
      throw new Error(`killed after step ${String(step)}`, { cause: error });
    });
  }
}, 240_000);

test("whatever either feed publishes and its poll finds between any two steps is posted once", async () => {
  const dry = new Life();
  await change(await stage(), dry);
  for (let step = 1; step < dry.calls; step += 1) {
    const scene = await stage();
    const [into = ""] = (await real.channels.follows(scene.there)).keys();
    const life = new Life();
    const first = life.step.bind(life);
    // Two steps may be made at once.
    life.step = async (make) => {
      const isTheOne = life.calls + 1 === step;
      const result = await first(make);
      if (isTheOne) {
        show(scene.name, "new", 1, 2, 3, 6, 7, 20, 9);
        for (const feedId of [scene.old, into]) await pollFeed(polling.deps, feedId, never);
      }
      return result;
    };
    await change(scene, life);
    await sweepOnce();
    await settleDown(scene);
    await sweepOnce();
    expect({ step, seen: posted(scene, scene.mover).toSorted() }).toEqual({ step, seen: titles(6, 7, 8, 9) });
  }
}, 240_000);

test("a place that nobody follows yet is read, and what it has besides is old", async () => {
  const scene = await stage();
  const url = server.serve(`/${scene.name}-third`, { body: rss(items([1, 2, 3, 6, 7])) });
  const [feed] = await channelFeeds(real.feeds, real.channels, scene.mover);
  if (feed === undefined) throw new Error("nothing is followed");
  await drain(scene);
  const end = await changeAddress(mortal(new Life()), scene.mover, feed, url, never);
  expect(end).toMatchObject({ kind: "changed", end: { kind: "moved", news: 1, wasLeft: true } });
  await drain(scene);
  expect(posted(scene, scene.mover)).toEqual(titles(6, 7));
});

test("posts without dates: what stands before the newest that was seen is new, what stands behind it is not", async () => {
  const name = freshFeedId();
  const channel = freshChannel();
  const oldUrl = server.serve(`/${name}-old`, { body: rss(items([2, 3], false)) });
  const newUrl = server.serve(`/${name}-new`, { body: rss(items([1, 2, 3, 4], false)) });
  await subscribe(oldUrl, channel);
  const [feed] = await channelFeeds(real.feeds, real.channels, channel);
  if (feed === undefined) throw new Error("nothing is followed");
  await changeAddress(mortal(new Life()), channel, feed, newUrl, never);
  const { items: waiting } = await real.channels.waiting(channel);
  const [into = ""] = (await real.channels.follows(channel)).keys();
  const records = await real.feeds.entries(
    into,
    waiting.map((id) => Number(id.split(".")[1])),
  );
  expect(records.map((record) => (JSON.parse(record ?? "{}") as { title: string }).title)).toEqual(["Post 4"]);
});

test("an old address that is dead for days: what the new one published meanwhile is posted", async () => {
  const scene = await stage();
  await drain(scene);
  server.on(`/${scene.name}-old`, (_request, response) => void response.writeHead(404).end());
  await pollFeed(polling.deps, scene.old, never);
  expect(await change(scene)).toMatchObject({ kind: "changed", end: { news: 1 } });
  await drain(scene);
  expect(posted(scene, scene.mover)).toEqual(titles(6, 7));
});

test("who unfollows either feed on the way is left with the other at most, and gets nothing of what was unfollowed", async () => {
  const scene = await stage();
  await change(scene);
  const deps = { poll: polling.deps, channels: real.channels, shardCount: 1 };
  const [, into = ""] = (await real.channels.follows(scene.mover)).keys();
  await unfollowFeed(deps, scene.mover, into, scene.newUrl);
  await sweepOnce();
  expect((await real.channels.follows(scene.mover)).size).toBe(0);
  expect(await real.channels.outstanding(scene.mover)).toBe(0);
  await settleDown(scene);
  expect(posted(scene, scene.mover)).toEqual([]);
  const other = await stage();
  await change(other);
  await unfollowFeed(deps, other.mover, other.old, "http://x.example/");
  await sweepOnce();
  await settleDown(other);
  expect(posted(other, other.mover)).toEqual(titles(7, 8));
});

test("a channel that goes on as another takes its change of address along", async () => {
  const scene = await stage();
  await real.channels.moves.note(
    scene.mover,
    scene.old,
    (await real.channels.follows(scene.there)).keys().next().value ?? "",
  );
  const to = freshChannel();
  const { feeds, channels } = real;
  await moveChannel({ feeds, channels, wake, fanOut: polling.deps.fanOut }, scene.mover, to);
  await sweepOnce();
  const moved = { ...scene, mover: to };
  await settleDown(moved);
  await sweepOnce();
  await expectSettled(moved);
});

test.each([
  ["address", "feed is missing"],
  ["address 1", "url is missing"],
  ["address 7 https://x.example/", "No feed of this channel fits “7”"],
  ["address 1 there is no such thing", "is not a web address"],
  ["address 1 TWICE", "already, as number 2. Unfollow one of the two."],
])("“%s” is refused with what to do", async (line, why) => {
  const scene = await stage();
  if (line.includes("TWICE")) await subscribe(scene.newUrl, scene.mover);
  const say = speaker(real, scene.mover, { follow: mortal(new Life()) });
  expect(await say(line.replace("TWICE", scene.newUrl))).toMatchObject({
    status: "refused",
    text: expect.stringContaining(why) as string,
  });
  expect(await real.channels.moves.of(scene.mover)).toEqual(new Map());
});

test("the command says what becomes of it; the same address changes nothing", async () => {
  const scene = await stage();
  const say = speaker(real, scene.mover, { follow: mortal(new Life()) });
  const [feed] = await channelFeeds(real.feeds, real.channels, scene.mover);
  expect((await say(`address 1 ${feed?.state.url ?? ""}`)).text).toContain("already");
  const { status, text } = await say(`address 1 ${scene.newUrl}`);
  expect(status).toBe("done");
  for (const part of ["from now on", "Nothing there is new", "still waits"]) expect(text).toContain(part);
  expect((await say(`address 1 ${scene.newUrl}`, { role: "member" })).status).toBe("refused");
});
