import { bursts, paced } from "./latency.ts";
import { growth, SIZES } from "./growth.ts";
import { memoryRows } from "./memory.ts";
import { changed, firstReadings, onePercent, polls304, unchanged } from "./polls.ts";
import { readingTimes, roundTrips, weights } from "./redis-use.ts";
import { lineOf, setting, tableOf } from "./report.ts";
import { floorRound, followFeeds, openStage, productRound, type Stage, startProducts } from "./stage.ts";
import { PLAIN_FARM } from "./farm-plan.ts";
import type { Figure } from "./targets.ts";
import { scaling } from "./scaling.ts";
import { searchBench, SEARCH_SIZES } from "./search.ts";
import { tlsRows } from "./tls.ts";

const FEEDS = 1000;
const PLANETS = 10;

/** Rows on the common stage; the first ones leave the farm as they found it. */
const ON_STAGE: Readonly<Record<string, (stage: Stage) => Promise<Figure[]>>> = {
  "304": async (stage) => await polls304(stage, FEEDS),
  unchanged: async (stage) => await unchanged(stage, FEEDS, async () => await readingTimes(stage, FEEDS)),
  first: async (stage) => await firstReadings(stage, FEEDS),
  changed: async (stage) => await changed(stage, FEEDS),
  "one-percent": async (stage) => await onePercent(stage, FEEDS),
  "round-trips": roundTrips,
  weights: async (stage) => await weights(stage, FEEDS),
  paced: async (stage) => await paced(stage, FEEDS),
  burst: async (stage) => await bursts(stage, FEEDS),
};

const ALONE: Readonly<Record<string, () => Promise<Figure[]>>> = { memory: memoryRows, tls: tlsRows };

async function main(words: readonly string[]): Promise<void> {
  const known = [...Object.keys(ON_STAGE), ...Object.keys(ALONE), "growth", "scaling", "search"];
  // Numbers are sizes for `growth`, `scaling` and `search`.
  const counts = words.filter((word) => /^\d{4,}$/.test(word)).map(Number);
  const strange = words.filter((word) => !known.includes(word) && !/^\d{4,}$/.test(word));
  if (strange.length > 0) throw new Error(`not known: ${strange.join(", ")}. There are: ${known.join(", ")}`);
  process.stdout.write(`${setting()}\n\n`);
  const wanted = (name: string): boolean => words.length === 0 || words.includes(name);
  const figures = await onStage(Object.entries(ON_STAGE).filter(([name]) => wanted(name)));
  for (const [name, row] of Object.entries(ALONE)) if (wanted(name)) figures.push(...(await rowsOf(name, row)));
  const order = (figure: Figure): number => Number.parseInt(figure.row, 10);
  figures.sort((a, b) => order(a) - order(b));
  if (figures.length > 0) process.stdout.write(`${tableOf(figures)}\n`);
  if (words.includes("growth")) process.stdout.write(`${await growth(counts.length > 0 ? counts : SIZES)}\n`);
  if (words.includes("scaling")) process.stdout.write(`${await scaling(counts[0] ?? FEEDS)}\n`);
  if (words.includes("search"))
    process.stdout.write(`${await searchBench(counts.length > 0 ? counts : SEARCH_SIZES)}\n`);
}

async function onStage(rows: readonly (readonly [string, (stage: Stage) => Promise<Figure[]>])[]): Promise<Figure[]> {
  if (rows.length === 0) return [];
  const stage = await openStage({ plan: { ...PLAIN_FARM, feeds: FEEDS + PLANETS, planets: PLANETS } });
  const figures: Figure[] = [];
  try {
    await timed("every feed read once", async () => {
      await followFeeds(stage, 0, FEEDS + PLANETS);
      await startProducts(stage);
      await floorRound(stage, 0, FEEDS, { work: "parse", unconditional: true });
      await productRound(stage, 0, FEEDS + PLANETS);
    });
    for (const [name, row] of rows) figures.push(...(await rowsOf(name, async () => await row(stage))));
  } finally {
    await stage.close();
  }
  return figures;
}

/** One row that cannot be had takes no other with it. */
async function rowsOf(name: string, row: () => Promise<Figure[]>): Promise<Figure[]> {
  try {
    const figures = await timed(name, row);
    // As they come, too: a run that is broken off has not been for nothing.
    process.stderr.write(`${figures.map(lineOf).join("\n")}\n`);
    return figures;
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return [];
  }
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return result;
}

try {
  await main(process.argv.slice(2));
  process.exit();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
