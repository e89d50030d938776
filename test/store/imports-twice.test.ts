import { afterAll, beforeAll, expect, test } from "vitest";
import { ImportStore } from "../../src/store/import-store.ts";
import { openRealRedis, type RealRedis } from "./real-redis.ts";
import { resending } from "./resending.ts";
import { type Act, freshPlace, type Row, stateAfter } from "./twice.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const beginFollow: Act = async ({ channels, channel, feedId }) => await channels.beginFollow(channel, feedId, 10);
const beginImport: Act = async ({ imports, channel }) =>
  await imports.begin(channel, "a", { source: "x", total: 2, list: [1, 2] }, 0);

const rows: readonly Row[] = [
  { script: "beginImport", before: [beginFollow], act: beginImport },
  {
    script: "note of an import",
    before: [beginImport],
    act: async ({ imports, channel }) => await imports.note(channel, "a", 1, { kind: "limit" }),
  },
  {
    script: "mark of an import",
    before: [beginImport],
    act: async ({ imports, channel }) => await imports.stop(channel, "a"),
  },
  {
    script: "takeTelling",
    before: [beginImport],
    act: async ({ imports, channel }) => await imports.takeTelling(channel, "a"),
  },
];

test.each(rows)("$script leaves the same state when it is sent again after a lost answer", async (row) => {
  const once = await stateAfter(real, row, real.redis);
  expect(await stateAfter(real, row, resending(real.redis))).toEqual(once);
});

test("an import that is begun again still is the one that was begun, and another is refused", async () => {
  const place = freshPlace(real);
  const again = { ...place, imports: new ImportStore(resending(real.redis)) };
  expect(await beginImport(again)).toBe(true);
  expect(await place.imports.takeTelling(place.channel, "a")).toBe(0);
  expect(await place.imports.begin(place.channel, "b", { source: "x", total: 1, list: [] }, 0)).toBe(false);
  await place.imports.told(place.channel, "a");
  expect(await again.imports.begin(place.channel, "b", { source: "x", total: 1, list: [] }, 0)).toBe(true);
});
