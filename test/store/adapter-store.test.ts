import { afterAll, beforeAll, expect, test } from "vitest";
import { AdapterStore } from "../../src/store/adapter-store.ts";
import { allKeys, openRealRedis, type RealRedis } from "./real-redis.ts";

let real: RealRedis;
let store: AdapterStore;

beforeAll(async () => {
  real = await openRealRedis();
  store = new AdapterStore(real.redis, "test");
});

afterAll(async () => real.close());

test("of many who claim one command, one has it", async () => {
  const claims = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => await store.claim("a", `token-${String(i)}`)),
  );
  expect(claims.filter((claim) => claim === "new")).toHaveLength(1);
  expect(claims.filter((claim) => claim === "begun")).toHaveLength(19);
});

test("a claim that the client sends twice, its first answer lost, is still its own", async () => {
  expect(await store.claim("b", "mine")).toBe("new");
  expect(await store.claim("b", "mine")).toBe("new");
  await store.finish("b");
  expect(await store.claim("b", "mine")).toBe("done");
});

test("claims of platforms do not meet, and end after a day", async () => {
  expect(await store.claim("c", "one")).toBe("new");
  expect(await new AdapterStore(real.redis, "other").claim("c", "one")).toBe("new");
  const [key = ""] = await allKeys(real.redis, "pw:claim:*test c*");
  expect(await real.redis.ttl(key)).toBeGreaterThan(86_000);
});

test("what is kept for a while goes, and the rest stays", async () => {
  await store.set("short", "1", 20);
  await store.set("long", "2");
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect([await store.get("short"), await store.get("long")]).toEqual([null, "2"]);
});

test("the latest owner of a connection is its owner", async () => {
  const first = await store.takeOver("socket");
  expect(await store.isOwner("socket", first)).toBe(true);
  const second = await store.takeOver("socket");
  expect(await store.isOwner("socket", first)).toBe(false);
  expect(await store.isOwner("socket", second)).toBe(true);
});
