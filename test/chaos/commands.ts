import { setTimeout as delay } from "node:timers/promises";
import { type Bot, startBot, wire } from "./bot.ts";
import type { Lab } from "./lab.ts";
import type { Said } from "./platform-stage.ts";
import { type Random, seededRandom } from "./random.ts";
import { within } from "./wait.ts";

export interface CommandOptions {
  readonly commands: number;
  readonly seed: number;
  readonly limitMs: number;
  readonly progress: (line: string) => void;
}

export interface CommandReport {
  readonly said: number;
  readonly kills: number;
  readonly unanswered: number;
  /** Of those, how many took effect all the same. */
  readonly silentEffects: number;
  /** In words: answered without effect, or answered more than once. */
  readonly faults: readonly string[];
}

interface Spoken {
  readonly word: string;
  readonly feed: string;
  readonly said: Said;
  isAnswered: boolean;
}

const killShare = 0.15;
const longestBeforeKillMs = 400;
const exitLimitMs = 10_000;
const lateAnswerMs = 5000;
/** The channel of the small plan that follows two feeds. */
const channelName = "c1";

/**
 * Two bots on one Redis, one of them killed now and then, while somebody changes the rules of two feeds command by command:
 * what was answered took effect, and nothing is answered twice.
 */
export async function runCommands(lab: Lab, options: CommandOptions): Promise<CommandReport> {
  const random = seededRandom(options.seed);
  const endsAt = Date.now() + options.limitMs;
  const bots = [startBot(lab.botSettings), startBot(lab.botSettings)];
  const spoken: Spoken[] = [];
  let kills = 0;
  try {
    await Promise.all(bots.map(async (bot) => await bot.ready));
    for (let n = 0; n < options.commands && Date.now() < endsAt; n++) {
      const killing = random.chance(killShare) ? killOne(lab, bots, random) : null;
      spoken.push(await speak(lab, n));
      if (killing !== null) kills += await killing;
      options.progress(
        `${spoken.length} commands, ${kills} kills, ${spoken.filter((one) => !one.isAnswered).length} unanswered`,
      );
    }
    await delay(lateAnswerMs);
    return await reportOf(lab, spoken, kills);
  } finally {
    for (const bot of bots) bot.kill();
    await Promise.all(bots.map(async (bot) => await bot.exited));
  }
}

async function speak(lab: Lab, n: number): Promise<Spoken> {
  const { sink } = lab;
  if (sink.say === null) throw new Error(`nobody can say anything on ${sink.platform}`);
  const feed = String((n % 2) + 1);
  const word = `word${String(n)}x`;
  const said = await sink.say(sink.channel(channelName), `filter ${feed} exclude ${word}`);
  return { word, feed, said, isAnswered: await said.answered };
}

/** Returns 1. The next bot is on its way up when this returns. */
async function killOne(lab: Lab, bots: Bot[], random: Random): Promise<number> {
  const index = random.integer(0, bots.length - 1);
  await delay(random.integer(0, longestBeforeKillMs));
  const bot = bots[index];
  bot?.kill();
  if (bot !== undefined) await within(exitLimitMs, "a killed bot's end", bot.exited);
  bots[index] = startBot(lab.botSettings);
  await bots[index]?.ready;
  return 1;
}

async function reportOf(lab: Lab, spoken: readonly Spoken[], kills: number): Promise<CommandReport> {
  const effects = new Map([
    ["1", await excluded(lab, "1")],
    ["2", await excluded(lab, "2")],
  ]);
  const faults: string[] = [];
  for (const one of spoken) {
    const hasEffect = effects.get(one.feed)?.has(one.word) ?? false;
    const answers = await one.said.answers();
    if (answers > 1) faults.push(`answered ${String(answers)} times: ${one.word}`);
    if (answers > 0 && !hasEffect) faults.push(`answered without effect: ${one.word}`);
  }
  const silent = spoken.filter((one) => !one.isAnswered);
  return {
    said: spoken.length,
    kills,
    unanswered: silent.length,
    silentEffects: silent.filter((one) => effects.get(one.feed)?.has(one.word)).length,
    faults,
  };
}

async function excluded(lab: Lab, feed: string): Promise<ReadonlySet<string>> {
  const { code, output, problem } = await wire(
    lab.botSettings,
    lab.sink.channel(channelName),
    "filter",
    feed,
    "--json",
  );
  if (code !== 0) throw new Error(`wire filter ended with ${String(code)}: ${problem}`);
  const { data } = JSON.parse(output) as { data: { filter: { words: { exclude: string[] } } } };
  return new Set(data.filter.words.exclude);
}
