import { afterAll, beforeAll, expect, test } from "vitest";
import { excludingAuthor } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type Fate, fails, isLostOnTheWay } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

async function exclude(scene: Scene, name: string): Promise<void> {
  const settings = JSON.stringify({ filter: excludingAuthor(name) });
  await real.feeds.followers.change(scene.feedId, scene.channel, () => settings);
}

const failures: readonly { readonly how: string; readonly fate: Fate }[] = [
  { how: "was put off", fate: fails("try-later") },
  { how: "was lost", fate: isLostOnTheWay },
  { how: "met a closed channel", fate: fails("channel-unusable") },
];

const changes: readonly { readonly what: string; readonly change: (scene: Scene) => Promise<void> }[] = [
  {
    what: "the entry was edited",
    change: async (scene) => await scene.publish([1], scene.feedId, { titleRaw: "Edited" }),
  },
  { what: "its author was excluded", change: async (scene) => await exclude(scene, "Ada Example") },
  {
    what: "another version would render it otherwise",
    change: async ({ platform }) => {
      platform.poison = () => true;
      await Promise.resolve();
    },
  },
  {
    what: "the feed has another title",
    change: async ({ feedId }) => await real.feeds.setState(feedId, { title: "New" }),
  },
  {
    what: "the channel unfollowed",
    change: async ({ channel, feedId }) => void (await real.channels.unfollow(channel, feedId)),
  },
];

const both = failures.flatMap((failure) => changes.map((change) => ({ ...failure, ...change })));

test.each(both)(
  "a message that $how is repeated byte for byte, with its key, though $what",
  async ({ fate, change }) => {
    const scene = await openScene(real);
    await scene.publish([1]);
    scene.platform.fates.push(fate);
    await scene.drain();
    await change(scene);
    await scene.timePasses();
    await real.channels.resume(scene.channel);
    expect(await scene.drain()).toBeNull();
    const [first, second] = scene.platform.tried;
    expect([second?.key, second?.message, second?.firstAttemptAtMs]).toEqual([
      first?.key,
      first?.message,
      first?.firstAttemptAtMs,
    ]);
    expect(scene.posted()).toEqual(titles(1));
  },
);

test("an entry that is edited while it waits is posted as it is now, once", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await scene.publish([1], scene.feedId, { titleRaw: "Edited" });
  await scene.drain();
  expect(scene.posted()).toEqual(["Edited"]);
});
