import {
  dropConnections,
  type FloorOptions,
  floorRound,
  forgetReadings,
  type ProductRound,
  productRound,
  type Stage,
} from "./stage.ts";
import { alternate, median, type Pairs, ratioOf } from "./statistics.ts";
import type { Figure, RowName } from "./targets.ts";

/** CPU and speed of a poll: product and floor by turns on the same feeds, as many rounds each. */

const PAIRS = 7;
const PARSING_PAIRS = 5;
/** Rounds in which everything is parsed are ten times as long. */
const PARSED_FEEDS = 250;

/** Counts that a round must have; anything else and its figure would be of something else. */
export interface Expected {
  readonly status200: number;
  readonly status304: number;
}

export function checked(round: ProductRound, expected: Expected, what: string): ProductRound {
  const { status200, status304, other } = round;
  if (status200 !== expected.status200 || status304 !== expected.status304 || other !== 0)
    process.stderr.write(
      `${what}: expected ${JSON.stringify(expected)}, and the farm counted ${JSON.stringify({ status200, status304, other })}\n`,
    );
  return round;
}

function figure(row: RowName, pairs: Pairs, feeds: number, unit = "ms"): Figure {
  const each = (values: readonly number[]): string => (median(values) / feeds).toFixed(4);
  return { row, value: ratioOf(pairs), note: `${each(pairs.product)} / ${each(pairs.floor)} ${unit} per feed` };
}

/** Rows 1, 1n and 15. */
export async function polls304(stage: Stage, feeds: number): Promise<Figure[]> {
  const all = { status200: 0, status304: feeds };
  const fresh = { floor: [] as number[], product: [] as number[] };
  const kept = { floor: [] as number[], product: [] as number[] };
  const speed = { floor: [] as number[], product: [] as number[] };
  const block = async (who: keyof Pairs): Promise<number> => {
    const round = async (): Promise<ProductRound> =>
      checked(
        who === "floor" ? await floorRound(stage, 0, feeds) : await productRound(stage, 0, feeds),
        all,
        `304, ${who}`,
      );
    await dropConnections(stage);
    fresh[who].push((await round()).cpuMs);
    const { cpuMs, wallMs } = await round();
    kept[who].push(cpuMs);
    speed[who].push((feeds / wallMs) * 1000);
    return cpuMs;
  };
  // The first pair is the warm-up of both.
  await alternate(
    PAIRS + 1,
    () => block("floor"),
    () => block("product"),
  );
  const warm = (pairs: Pairs): Pairs => ({ floor: pairs.floor.slice(1), product: pairs.product.slice(1) });
  const { product, floor } = warm(speed);
  return [
    figure("1", warm(kept), feeds),
    figure("1n", warm(fresh), feeds),
    {
      row: "15",
      value: ratioOf({ product, floor }),
      note: `${median(product).toFixed(0)} / ${median(floor).toFixed(0)} polls a second`,
    },
  ];
}

/** Rows 2 and 6. */
export async function unchanged(stage: Stage, feeds: number, readings: () => Promise<string[]>): Promise<Figure[]> {
  const all = { status200: feeds, status304: 0 };
  await stage.farm.ask("ignoreValidators", true);
  const before = await readings();
  let unconditional = 0;
  let polled = 0;
  const pairs = await alternate(
    PAIRS + 1,
    async () => checked(await floorRound(stage, 0, feeds), all, "unchanged, floor").cpuMs,
    async () => {
      const round = checked(await productRound(stage, 0, feeds), all, "unchanged, product");
      unconditional += round.unconditional;
      polled += round.status200;
      return round.cpuMs;
    },
  );
  const after = await readings();
  await stage.farm.ask("ignoreValidators", false);
  const parses = after.filter((reading, i) => reading !== before[i]).length;
  const once = (value: number) => ({ median: value, low: value, high: value });
  return [
    figure("2", { floor: pairs.floor.slice(1), product: pairs.product.slice(1) }, feeds),
    { row: "6a", value: once(parses / polled), note: `${String(parses)} of ${String(polled)}` },
    { row: "6b", value: once(unconditional), note: `of ${String(polled)}` },
  ];
}

/** Row 3: the product forgets that it ever read them. */
export async function firstReadings(stage: Stage, feeds: number): Promise<Figure[]> {
  const some = Math.min(PARSED_FEEDS, feeds);
  const all = { status200: some, status304: 0 };
  const options: FloorOptions = { work: "parse", unconditional: true };
  const pairs = await alternate(
    PARSING_PAIRS,
    async () => checked(await floorRound(stage, 0, some, options), all, "first, floor").cpuMs,
    async () => {
      await forgetReadings(stage, 0, some);
      return checked(await productRound(stage, 0, some), all, "first, product").cpuMs;
    },
  );
  return [figure("3", pairs, some)];
}

/** Row 4: one new entry in each feed, parsed, compared, written, and posted to one channel. */
export async function changed(stage: Stage, feeds: number): Promise<Figure[]> {
  const some = Math.min(PARSED_FEEDS, feeds);
  const all = { status200: some, status304: 0 };
  const pairs = await alternate(
    PARSING_PAIRS,
    async () => {
      return checked(await floorRound(stage, 0, some, { work: "parse", unconditional: true }), all, "changed, floor")
        .cpuMs;
    },
    async () => {
      const messages = await stage.farm.ask<number>("change", { every: 1, of: some });
      return checked(await productRound(stage, 0, some, { messages }), all, "changed, product").cpuMs;
    },
  );
  return [figure("4", pairs, some)];
}

/** Row 5. */
export async function onePercent(stage: Stage, feeds: number): Promise<Figure[]> {
  const changedFeeds = Math.ceil(feeds / 100);
  // What the floor has not seen would be a 200: it asks all once before.
  const pairs = await alternate(
    PAIRS,
    async () => {
      await floorRound(stage, 0, feeds);
      return checked(await floorRound(stage, 0, feeds), { status200: 0, status304: feeds }, "1 %, floor").cpuMs;
    },
    async () => {
      const messages = await stage.farm.ask<number>("change", { every: 100, of: feeds });
      const expected = { status200: changedFeeds, status304: feeds - changedFeeds };
      return checked(await productRound(stage, 0, feeds, { messages }), expected, "1 %, product").cpuMs;
    },
  );
  return [figure("5", pairs, feeds)];
}
