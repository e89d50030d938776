import { expect, test } from "vitest";
import { PLAIN_FARM } from "../../bench/farm-plan.ts";
import { floorRound, followFeeds, openStage, productRound, type Stage, startProducts } from "../../bench/stage.ts";
import { alternate, median, quantile, ratioOf } from "../../bench/statistics.ts";

/** A figure is worth what its counts are worth: that the rounds are what they are said to be. Nothing is timed here. */

const FEEDS = 20;
const CHANGED = 5;

async function withStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await openStage({ plan: { ...PLAIN_FARM, feeds: FEEDS, planets: 1 } });
  try {
    await followFeeds(stage, 0, FEEDS);
    await startProducts(stage);
    await work(stage);
  } finally {
    await stage.close();
  }
}

const counts = ({ status200, status304, unconditional, other }: Awaited<ReturnType<typeof productRound>>) => ({
  status200,
  status304,
  unconditional,
  other,
});

test("Each round polls each feed once, and the farm answers as it was told, to the product and to the floor alike", async () => {
  await withStage(async (stage) => {
    const first = { status200: FEEDS, status304: 0, unconditional: FEEDS, other: 0 };
    const known = { status200: 0, status304: FEEDS, unconditional: 0, other: 0 };
    for (const round of [productRound, floorRound]) {
      expect(counts(await round(stage, 0, FEEDS))).toEqual(first);
      expect(counts(await round(stage, 0, FEEDS))).toEqual(known);
    }
    await stage.farm.ask("ignoreValidators", true);
    expect(counts(await productRound(stage, 0, FEEDS))).toEqual({ ...first, unconditional: 0 });
    await stage.farm.ask("ignoreValidators", false);
    const messages = await stage.farm.ask<number>("change", { every: FEEDS / CHANGED, of: FEEDS });
    expect(messages).toBe(CHANGED);
    const round = counts(await productRound(stage, 0, FEEDS, { messages }));
    expect(round).toEqual({ ...known, status200: CHANGED, status304: FEEDS - CHANGED });
    expect(await stage.farm.ask<number>("accepted")).toBe(CHANGED);
    expect(await stage.farm.ask<number[]>("latencies")).toHaveLength(CHANGED);
  });
}, 60_000);

test("Pairs take turns in being first, and a ratio is of figures of one pair", async () => {
  const order: string[] = [];
  const take = (who: string, values: number[]) => async (): Promise<number> => {
    order.push(who);
    return values.shift() ?? Number.NaN;
  };
  const pairs = await alternate(3, take("floor", [1, 2, 4]), take("product", [3, 4, 4]));
  expect(order).toEqual(["floor", "product", "product", "floor", "floor", "product"]);
  expect(ratioOf(pairs)).toEqual({ median: 2, low: 1, high: 3 });
  expect([median([5, 1, 3]), median([1, 2]), quantile([0, 10], 0.99)]).toEqual([3, 1.5, 9.9]);
});
