import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outgoing } from "../../src/adapter.ts";
import { isCalled, toMention } from "../../src/follow/mention.ts";
import { toSettings } from "../../src/follow/settings.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { Platform } from "./platform.ts";
import { openScene } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const entry = {
  author: "Ada Quill",
  source: "",
  title: "An outage",
  titleRaw: "An outage",
  html: "<p>Of the host</p>",
};

describe("whom a post calls", () => {
  test.each([
    [[], [], true],
    [["ada quill"], [], true],
    [["Grace"], [], false],
    [[], ["outage"], true],
    [[], ["release"], false],
    [["Grace"], ["outage"], true],
    [["Ada"], ["release"], true],
    [["Grace"], ["release"], false],
  ])("authors %j, words %j: %s", (authors, words, isTrue) => {
    expect(isCalled({ whom: "@ops", authors, words }, entry)).toBe(isTrue);
  });

  test.each([[null], [undefined], ["@ops"], [{ whom: "" }], [{ whom: 1 }], [{ authors: ["Ada"] }]])(
    "%j, as something else may have stored it, is nobody",
    (value) => {
      expect(toMention(value)).toBeNull();
      expect(toSettings(JSON.stringify({ mention: value })).mention).toBeNull();
    },
  );
});

/** What goes out for a follow with this mention, message by message. */
async function sent(mention: object | null, publish: readonly (readonly number[])[]): Promise<(string | undefined)[]> {
  const scene = await openScene(real);
  await real.feeds.followers.change(scene.feedId, scene.channel, () => JSON.stringify({ mention }));
  for (const numbers of publish) await scene.publish(numbers);
  const outgoing: Outgoing[] = [];
  const render = (one: Outgoing): string => {
    outgoing.push(one);
    return String(outgoing.length);
  };
  await scene.drainAll({ adapter: Object.assign(new Platform(), { render }) });
  return outgoing.map((one) => ("mention" in one ? one.mention : one.kind === "notice" ? "notice" : undefined));
}

test("a post calls whom the follow names, one that does not fit calls nobody", async () => {
  const mention = { whom: "@ops", authors: [], words: ["Post 2"] };
  expect(await sent(mention, [[1], [2], [3]])).toEqual([undefined, "@ops", undefined]);
  expect(await sent({ ...mention, words: [] }, [[1]])).toEqual(["@ops"]);
  expect(await sent(null, [[1]])).toEqual([undefined]);
});

test("a digest calls once when any of its posts does", async () => {
  const mention = { whom: "@ops", authors: [], words: ["Post 4"] };
  expect(await sent(mention, [[1, 2, 3, 4, 5, 6]])).toEqual(["@ops"]);
  expect(await sent(mention, [[1, 2, 3, 5, 6]])).toEqual([undefined]);
});

test("a digest of several feeds calls one; what calls somebody else is in the next message", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  for (const [feedId, whom] of [
    [scene.feedId, "@ops"],
    [other, "@docs"],
  ] as const)
    await real.feeds.followers.change(feedId, scene.channel, () =>
      JSON.stringify({ mention: { whom, authors: [], words: [] } }),
    );
  await scene.publish([1, 2, 3]);
  await scene.publish([21, 22, 23], other);
  await scene.drainAll();
  expect(scene.messages().map(({ entries }) => entries.length)).toEqual([3, 3]);
});
