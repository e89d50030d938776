import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { entry } from "./documents.ts";
import { openReader } from "./reader.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

test("half of a surrogate pair, as cut text has it, stops neither its entry nor the others", async () => {
  const reader = openReader(real);
  const half = "\ud83d";
  const odd = entry(1, {
    guid: `g${half}`,
    titleRaw: `t${half}`,
    authorRaw: `Bob ${half}`,
    html: half,
    link: `l${half}`,
  });
  expect(await reader.read([entry(2), odd])).toEqual([1, 2]);
  expect(await reader.read([entry(2), odd])).toEqual([]);
});
