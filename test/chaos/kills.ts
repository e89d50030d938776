import { setTimeout as delay } from "node:timers/promises";
import { type Bot, startBot } from "./bot.ts";
import type { Verdict } from "./check.ts";
import type { Lab } from "./lab.ts";
import { type Random, seededRandom } from "./random.ts";
import { TooLate, within } from "./wait.ts";

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** At most so many at once on one Redis; rounds with one and with several alternate by chance. */
  readonly bots: number;
  /** Sometimes Redis is killed under the bots. */
  readonly redisKills: boolean;
  /** Sometimes a bot is stopped for longer than its locks live, and wakes up beside its successor. */
  readonly stalls: boolean;
  readonly limitMs: number;
  readonly progress: (line: string) => void;
}

export interface KillReport {
  readonly kills: number;
  readonly redisKills: number;
  /** From one node of a cluster to another. */
  readonly slotsMoved: number;
  readonly stalls: number;
  /** Bots, and Redis, that ended without being killed, with their last words; bots that never became ready. */
  readonly troubles: readonly string[];
  readonly published: number;
  /** Entries that the feeds were free to drop, because a conditional request proved them recorded. */
  readonly confirmed: number;
  readonly verdict: Verdict;
  readonly overlaps: readonly string[];
  readonly traffic: string;
  readonly finds: string;
  /** What the platform did. */
  readonly platform: string;
  /** How the last bot answered SIGTERM. */
  readonly farewell: string;
}

interface Run {
  readonly options: KillOptions;
  readonly lab: Lab;
  readonly random: Random;
  readonly endsAt: number;
  /** How many kills there have to be before the next stage. */
  target: number;
  kills: number;
  redisKills: number;
  slotsMoved: number;
  stalls: number;
  round: number;
  readonly troubles: string[];
}

const roundKills = { fewest: 2, most: 6 };
const longestWaitMs = 2000;
const reviseEveryMs = 150;
const maxTroubles = 20;
/** Slack takes one message a second in a channel, and feeds that take turns make no digests. */
const settleLimitMs = 300_000;
const exitLimitMs = 10_000;

export async function runKills(lab: Lab, options: KillOptions): Promise<KillReport> {
  const endsAt = Date.now() + options.limitMs;
  const run: Run = {
    options,
    lab,
    random: seededRandom(options.seed),
    endsAt,
    target: options.kills,
    kills: 0,
    redisKills: 0,
    slotsMoved: 0,
    stalls: 0,
    round: 0,
    troubles: [],
  };
  const stopPublishing = lab.farm.publishUnpredictably();
  try {
    await killRounds(run);
  } finally {
    await stopPublishing();
  }
  await killWhileRevising(run);
  return await calmEnd(run);
}

/** What was posted changes, again and again, and half as many bots are killed once more: what waits to be posted is only posted as it is by then. */
async function killWhileRevising(run: Run): Promise<void> {
  const { lab, options, random } = run;
  options.progress(`${run.kills} kills, posting all`);
  const bot = startBot(lab.botSettings);
  try {
    lab.sink.vary(0);
    await lab.settle(settleLimitMs);
  } finally {
    bot.kill();
    await bot.exited;
  }
  run.target = run.kills + Math.ceil(options.kills / 2);
  const revising = setInterval(() => random.pick(lab.farm.feeds).revise(), reviseEveryMs);
  try {
    await killRounds(run);
  } finally {
    clearInterval(revising);
  }
}

async function killRounds(run: Run): Promise<void> {
  const { options, random } = run;
  while (run.kills < run.target && Date.now() < run.endsAt) {
    const bots = random.integer(1, options.bots);
    run.lab.sink.vary((run.round += 1));
    const each = random.integer(roundKills.fewest, roundKills.most);
    const slots = Array.from({ length: bots }, () => killSlot(run, each));
    if (options.redisKills && (run.redisKills === 0 || random.chance(0.15))) slots.push(killRedis(run));
    else if (run.lab.redis.ports.length > 1) slots.push(moveSlots(run));
    await Promise.all(slots);
    if (run.troubles.length > maxTroubles)
      throw new Error(`bots end by themselves or hang again and again:\n${run.troubles.at(-1)}`);
    options.progress(
      `${run.kills} kills, ${run.lab.farm.entries().length} entries, ${run.redisKills} kills of Redis, ${run.troubles.length} bots in trouble`,
    );
  }
}

async function killSlot(run: Run, times: number): Promise<void> {
  for (let time = 0; time < times && run.kills < run.target && Date.now() < run.endsAt; time++) {
    const bot = startBot(run.lab.botSettings);
    try {
      await liveAWhile(run, bot);
    } finally {
      bot.kill();
    }
    const { signal, lastWords } = await within(exitLimitMs, "a killed bot's end", bot.exited);
    if (signal === "SIGKILL") run.kills += 1;
    else run.troubles.push(lastWords);
  }
}

/**
 * Most bots live for an instant, some die while starting, some just after they got a document that may hold news or
 * wrote a message, and a few live long enough to recover what others left.
 */
async function liveAWhile(run: Run, bot: Bot): Promise<void> {
  const { options, random } = run;
  if (random.chance(0.12)) return await live(bot, random.integer(50, 1500));
  if (!(await isReady(run, bot))) return;
  if (random.chance(0.3)) {
    await Promise.race([run.lab.farm.traffic.documentSent.next(), live(bot, longestWaitMs)]);
    return await live(bot, random.integer(0, 60));
  }
  if (run.lab.sink.platform !== "console" && random.chance(0.3)) {
    // The platform accepts a message and the bot dies before it hears of that.
    run.lab.sink.beforeAnswer = () => bot.kill();
    await live(bot, longestWaitMs);
    run.lab.sink.beforeAnswer = null;
    return;
  }
  if (random.chance(0.3)) {
    await Promise.race([run.lab.sink.posted.next(), live(bot, longestWaitMs)]);
    return await live(bot, random.integer(0, 6));
  }
  await live(bot, random.chance(0.1) ? random.integer(1000, 4000) : random.integer(20, 800));
  if (!options.stalls || !random.chance(0.15)) return;
  run.stalls += 1;
  bot.signal("SIGSTOP");
  await delay(random.integer(1500, 4500));
  bot.signal("SIGCONT");
  await live(bot, random.integer(0, 500));
}

async function live(bot: Bot, lifeMs: number): Promise<void> {
  await Promise.race([delay(lifeMs), bot.exited]);
}

async function isReady(run: Run, bot: Bot): Promise<boolean> {
  try {
    await bot.ready;
    return true;
  } catch (error) {
    if (error instanceof TooLate) run.troubles.push(error.message);
    return false;
  }
}

async function killRedis(run: Run): Promise<void> {
  await delay(run.random.integer(500, 3000));
  const { lab, random } = run;
  await lab.redis.crash(random);
  run.redisKills += 1;
  await delay(random.integer(20, lab.redis.mostDownMs));
  await lab.redis.start();
}

async function moveSlots(run: Run): Promise<void> {
  await delay(run.random.integer(0, 2000));
  run.slotsMoved += await run.lab.redis.reshard(run.random);
}

/** One bot, left alone until nothing is outstanding, then asked to go. */
async function calmEnd(run: Run): Promise<KillReport> {
  const { lab, options } = run;
  options.progress(`${run.kills} kills, settling`);
  const bot = startBot(lab.botSettings);
  try {
    lab.sink.vary(0);
    // Where all was posted before, a bot that still starts would be asked to go, and has not said yet what it does then.
    await bot.ready;
    const verdict = await lab.settle(settleLimitMs);
    const farewell = await sayGoodbye(bot);
    const { overlaps } = lab.farm.traffic;
    const { kills, redisKills, slotsMoved, stalls, troubles } = run;
    return {
      kills,
      redisKills,
      slotsMoved,
      stalls,
      troubles: [...lab.redis.ownEnds, ...troubles],
      published: lab.farm.entries().length,
      confirmed: lab.farm.feeds.reduce((sum, feed) => sum + feed.confirmedCount, 0),
      verdict,
      overlaps,
      farewell,
      traffic: lab.farm.traffic.summary(),
      finds: await lab.finds(),
      platform: lab.sink.summary(),
    };
  } finally {
    bot.kill();
    await bot.exited;
  }
}

async function sayGoodbye(bot: Bot): Promise<string> {
  bot.signal("SIGTERM");
  const { code, signal } = await within(exitLimitMs, "the end after SIGTERM", bot.exited);
  return `${code ?? signal}`;
}
