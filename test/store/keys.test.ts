import { expect, test } from "vitest";
import * as all from "../../src/store/keys.ts";
import { aliasKey, channelKeys, dueKey, feedKeys, gateKey, importKeys, keysOfChannel } from "../../src/store/keys.ts";

/** What a cluster takes a key's slot from: what stands between its first brace and the next closing one. */
function tagOf(key: string): string | undefined {
  return /\{([^}]+)\}/.exec(key)?.[1];
}

const ids = ["console:main", "matrix:!room:example.org", "a{b}c", "}{", "ü/%7B"];

test.each(ids)("all keys of the channel %s share one slot, and no other channel's", (id) => {
  const tags = [...Object.values(channelKeys(id)), ...Object.values(importKeys(id))].map(tagOf);
  expect(new Set(tags).size).toBe(1);
  expect(tags[0]).toBeDefined();
  for (const other of ids.filter((other) => other !== id)) expect(tagOf(channelKeys(other).meta)).not.toBe(tags[0]);
});

test("all keys of a feed share one slot, and differ", () => {
  const keys = Object.values(feedKeys("feed"));
  expect(new Set(keys.map(tagOf))).toEqual(new Set(["feed"]));
  expect(new Set(keys).size).toBe(keys.length);
});

test("keys that stand alone have a slot of their own each", () => {
  const tags = [aliasKey("http://a.example/"), aliasKey("http://b.example/"), dueKey(1), dueKey(2)];
  expect(new Set(tags.map(tagOf)).size).toBe(tags.length);
});

test("a shard's schedule and the gates of its hosts share one slot, whatever the host is called", () => {
  const keys = [dueKey(3), gateKey(3, "a.example"), gateKey(3, "[::1]:8080"), gateKey(3, "{x}")];
  expect(new Set(keys.map(tagOf))).toEqual(new Set(["s3"]));
  expect(new Set(keys).size).toBe(keys.length);
});

test("whatever has a key by a channel's id is among the keys that go when the channel is forgotten", () => {
  const made = Object.entries(all as Readonly<Record<string, unknown>>).flatMap(([name, make]) => {
    // Its counters stay for a day, so that nothing old fits a channel that begins anew.
    if (typeof make !== "function" || name === "forgottenKey" || !/^function \w+\(channelId\b/.test(make.toString()))
      return [];
    const keys: unknown = Reflect.apply(make, undefined, ["test:1"]);
    return typeof keys === "string" ? [keys] : Object.values(keys as Record<string, string>);
  });
  expect(new Set(made)).toEqual(new Set(keysOfChannel("test:1")));
  expect(new Set(made).size).toBeGreaterThan(15);
});
