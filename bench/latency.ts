import { type ProductRound, productRound, type Stage } from "./stage.ts";
import { median, quantile, type Spread, spreadOf } from "./statistics.ts";
import { exactly, type Figure } from "./targets.ts";

/** From the moment a document has left its server to the moment the platform has the message. */

const PACED_PER_SECOND = 100;
const PACED_SECONDS = 12;
const BURSTS = 3;
const PARSED_ALONE = 60;

/** Row 10. */
export async function paced(stage: Stage, feeds: number): Promise<Figure[]> {
  const polls = Math.min(feeds, PACED_PER_SECOND * PACED_SECONDS);
  const messages = await stage.farm.ask<number>("change", { every: 10, of: polls });
  await productRound(stage, 0, polls, { messages, spreadMs: 1000 / PACED_PER_SECOND });
  const latenciesMs = await stage.farm.ask<number[]>("latencies");
  const note = `${String(latenciesMs.length)} messages, slowest ${Math.max(...latenciesMs).toFixed(0)} ms`;
  return [
    { row: "10a", value: exactly(quantile(latenciesMs, 0.5)), note },
    { row: "10b", value: exactly(quantile(latenciesMs, 0.99)), note },
  ];
}

/** Rows 11 and 12: every feed of the farm has news at once, planets (the last ones) among them in the second half. */
export async function bursts(stage: Stage, feeds: number): Promise<Figure[]> {
  const shares: number[] = [];
  const p99s: number[] = [];
  const walls: number[] = [];
  for (let i = 0; i < BURSTS; i += 1) {
    const { wallMs, latenciesMs } = await burst(stage, feeds);
    const p99 = quantile(latenciesMs, 0.99);
    p99s.push(p99);
    walls.push(wallMs);
    shares.push(p99 / wallMs);
  }
  const note = `p99 ${median(p99s).toFixed(0)} ms of ${median(walls).toFixed(0)} ms`;
  return [{ row: "11", value: spreadOf(shares), note }, await loopDelay(stage)];
}

async function burst(
  stage: Stage,
  feeds: number,
): Promise<{ wallMs: number; latenciesMs: number[]; round: ProductRound }> {
  const messages = await stage.farm.ask<number>("change", { every: 1, of: feeds });
  const started = performance.now();
  const round = await productRound(stage, 0, feeds, { messages });
  const wallMs = performance.now() - started;
  return { wallMs, latenciesMs: await stage.farm.ask<number[]>("latencies"), round };
}

async function loopDelay(stage: Stage): Promise<Figure> {
  const [product] = stage.products;
  if (product === undefined || stage.floor === null) throw new Error("a product and a floor are needed");
  const all = stage.plan.feeds;
  const ratios: number[] = [];
  const notes: string[] = [];
  for (let i = 0; i < BURSTS; i += 1) {
    const urls = Array.from({ length: PARSED_ALONE }, (_, feed) => stage.urlOf(feed));
    const parseMs = await stage.floor.ask<number>("parseOnly", urls);
    await product.ask("watchLoop");
    await burst(stage, all);
    const { p99Ms, maxMs } = await product.ask<{ p99Ms: number; maxMs: number }>("loopDelay");
    ratios.push(p99Ms / parseMs);
    notes.push(`${p99Ms.toFixed(0)} (max ${maxMs.toFixed(0)}) / ${parseMs.toFixed(1)} ms`);
  }
  const value: Spread = spreadOf(ratios);
  return { row: "12", value, note: notes.join("; ") };
}
