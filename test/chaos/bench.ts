import { setTimeout as delay } from "node:timers/promises";
import { type Bot, startBot } from "./bot.ts";
import type { Lab } from "./lab.ts";
import { RedisProxy, type Target } from "./proxy.ts";
import { type Random, seededRandom } from "./random.ts";
import { until, within } from "./wait.ts";

/** A lab whose only bot reaches Redis through the proxy. */
export interface Bench {
  readonly lab: Lab;
  readonly proxy: RedisProxy;
  readonly random: Random;
  /** Starts that failed, and entries that did not come in time. */
  readonly troubles: string[];
  bot: Bot | null;
  kills: number;
  /** Given up on: the run goes on to show what else is wrong. */
  missing: number;
}

const exitLimitMs = 10_000;
const postedLimitMs = 30_000;
const longestGraceMs = 12;

export async function openBench(lab: Lab, seed: number): Promise<Bench> {
  const proxy = await RedisProxy.start(lab.redis.port);
  return { lab, proxy, random: seededRandom(seed), troubles: [], bot: null, kills: 0, missing: 0 };
}

export async function closeBench(bench: Bench): Promise<void> {
  await killBot(bench);
  await bench.proxy.close();
}

export function publish(bench: Bench, count: number): void {
  if (count > 0) bench.lab.farm.feeds[0]?.publish(count);
}

export function reviseNewest(bench: Bench): void {
  bench.lab.farm.feeds[0]?.reviseNewest();
}

/** Ends the bot that runs, if one does, and starts the next; a start that fails is noted. */
export async function restart(bench: Bench): Promise<void> {
  await killBot(bench);
  spawnBot(bench);
  await bench.bot?.ready.catch((error: unknown) => bench.troubles.push(String(error)));
}

export function spawnBot(bench: Bench): void {
  bench.bot = startBot({ ...bench.lab.botSettings, redisUrl: bench.proxy.url });
}

/** Everything of the old bot is over when this returns, also what it had on its way to Redis. */
export async function killBot(bench: Bench): Promise<void> {
  const { bot } = bench;
  bench.bot = null;
  if (bot === null) return;
  bot.kill();
  await within(exitLimitMs, "a killed bot's end", bot.exited);
  bench.proxy.drop();
}

/** True when the bot was killed at the target within the limit. */
export async function killedAt(
  bench: Bench,
  target: Pick<Target, "matches" | "point">,
  limitMs: number,
  provoke: () => void,
): Promise<boolean> {
  const giveUp = new AbortController();
  const hit = new Promise<boolean>((resolve) => {
    const onPoint = (): void => {
      if (bench.bot === null) return;
      bench.bot.kill();
      bench.kills += 1;
      resolve(true);
    };
    bench.proxy.arm({ ...target, graceMs: bench.random.integer(0, longestGraceMs), onPoint });
  });
  provoke();
  const wasHit = await Promise.race([hit, delay(limitMs, false, { signal: giveUp.signal }).catch(() => false)]);
  giveUp.abort();
  bench.proxy.disarm();
  return wasHit;
}

/** Until every channel has what it should, as it is now; what does not come is noted. */
export async function allPosted(bench: Bench, when: string): Promise<void> {
  const missing = async (): Promise<number> => {
    const { lost, stale } = await bench.lab.verdict();
    return lost + stale;
  };
  if (await until(postedLimitMs, async () => (await missing()) <= bench.missing)) return;
  bench.missing = await missing();
  bench.troubles.push(`not everything was posted within ${postedLimitMs} ms ${when}`);
}
