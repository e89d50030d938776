import { setTimeout as delay } from "node:timers/promises";
import { isClean, type Verdict } from "../chaos/check.ts";
import { type Lab, openLab } from "../chaos/lab.ts";
import type { Trouble } from "../chaos/platform-stage.ts";
import { compiledProgram } from "../chaos/program.ts";
import { seededRandom } from "../chaos/random.ts";
import { platformSink, type Sink } from "../chaos/sink.ts";
import { openStages } from "../chaos/stages.ts";
import { within } from "../chaos/wait.ts";
import { allSinks } from "./all-sinks.ts";
import { soakPlan } from "./plan.ts";
import type { Sample } from "./samples.ts";
import { talk, type Talk } from "./talk.ts";
import { PROBE, startWatchedBot, watch, type WatchedBot } from "./watch.ts";

export interface SoakOptions {
  readonly root: string;
  readonly platforms: readonly string[];
  readonly feeds: number;
  readonly durationMs: number;
  readonly sampleMs: number;
  readonly talkMs: number;
  /** How many times as slowly as in chaos feeds publish; 100: each every three and a half minutes. */
  readonly slowness: number;
  readonly seed: number;
  readonly keep: boolean;
  readonly progress: (line: string) => void;
}

export interface SoakReport {
  readonly verdict: Verdict;
  readonly samples: readonly Sample[];
  readonly talk: Talk;
  readonly published: number;
  readonly messages: number;
  readonly traffic: string;
  readonly platform: string;
  /** Exit status after SIGTERM. */
  readonly farewell: string;
  readonly settledMs: number;
}

const SETTLE_LIMIT_MS = 300_000;
const EXIT_LIMIT_MS = 10_000;
const CONNECTED_LIMIT_MS = 60_000;
const WAIT_SECONDS = 3;
/** An hour of an ordinary day, in a few minutes. */
const PACE = { POLL_MIN_SECONDS: "5", POLL_MAX_SECONDS: "20", EDIT_WAIT_SECONDS: "5" };
/** Platforms have bad seconds all the time; what remembers them must forget them, too. */
const ORDINARY_TROUBLE: Trouble = { limited: 0.01, failing: 0.005, cutBefore: 0.005, cutAfter: 0.005 };

/**
 * One bot on all platforms at once, left alone: feeds publish, correct and disturb, people ask, servers have bad seconds. At the
 * end every entry stands once in each channel that wants it, and the bot holds no more than it held.
 */
export async function soakPlatforms(options: SoakOptions): Promise<SoakReport> {
  const program = await compiledProgram(options.root, [PROBE]);
  try {
    const lab = await openLab({
      program,
      seed: options.seed,
      plan: soakPlan(options.feeds, options.platforms),
      trouble: true,
      openSink: async (names) => await openSinks(options.platforms, names),
      keep: options.keep,
    });
    try {
      options.progress(`every feed is followed; logs in ${lab.directory}`);
      return await soakIn(lab, options);
    } finally {
      await lab.close();
    }
  } finally {
    await program.remove();
  }
}

async function openSinks(platforms: readonly string[], names: readonly string[]): Promise<Sink> {
  const sinks: Sink[] = [];
  for (const platform of platforms) {
    const stage = await openStages[platform]?.();
    if (stage === undefined) throw new Error(`there is no platform ${platform}`);
    const here = names.filter((name) => name.startsWith(`${platform}-`));
    sinks.push(await platformSink(stage, here, (round) => (round === 0 ? {} : ORDINARY_TROUBLE), WAIT_SECONDS));
  }
  return allSinks(sinks, PACE);
}

async function soakIn(lab: Lab, options: SoakOptions): Promise<SoakReport> {
  const watched = startWatchedBot(lab.botSettings);
  try {
    await watched.bot.ready;
    await within(CONNECTED_LIMIT_MS, "its connections", lab.sink.whenConnected());
    const { samples, said } = await live(lab, watched, options);
    const startedMs = Date.now();
    const verdict = await lab.settle(SETTLE_LIMIT_MS);
    const settledMs = Date.now() - startedMs;
    watched.bot.signal("SIGTERM");
    const { code, signal } = await within(EXIT_LIMIT_MS, "the end after SIGTERM", watched.bot.exited);
    return {
      verdict,
      samples,
      talk: said,
      published: lab.farm.entries().length,
      messages: lab.sink.landed(),
      traffic: lab.farm.traffic.summary(),
      platform: lab.sink.summary(),
      farewell: String(code ?? signal),
      settledMs,
    };
  } finally {
    watched.bot.kill();
    await watched.bot.exited;
  }
}

interface Life {
  readonly samples: readonly Sample[];
  readonly said: Talk;
}

async function live(lab: Lab, watched: WatchedBot, options: SoakOptions): Promise<Life> {
  const { sink, farm } = lab;
  const stop = new AbortController();
  const names = new Set(soakPlan(options.feeds, options.platforms).follows.map(({ channel }) => channel));
  const channels = [...names].map((name) => sink.channel(name));
  const look = (sample: Sample): void => options.progress(inWords(sample, lab));
  sink.vary(1);
  const stopPublishing = farm.publishUnpredictably(options.slowness);
  const watching = watch(watched, options.sampleMs, stop.signal, look);
  const talking = talk(sink, channels, seededRandom(options.seed), options.talkMs, stop.signal);
  try {
    await Promise.race([delay(options.durationMs), endedEarly(watched), watching, talking]);
  } finally {
    stop.abort();
    await stopPublishing();
    sink.vary(0);
  }
  return { samples: await watching, said: await talking };
}

async function endedEarly({ bot }: WatchedBot): Promise<never> {
  const { code, signal, lastWords } = await bot.exited;
  throw new Error(`the bot ended by itself (${String(code ?? signal)}):\n${lastWords}`);
}

function inWords({ residentMb, heapMb, codeMb, externalMb, openFiles, handles }: Sample, { farm, sink }: Lab): string {
  const memory = `resident ${residentMb.toFixed(1)} MB, heap ${heapMb.toFixed(2)} MB (code ${codeMb.toFixed(2)}), external ${externalMb.toFixed(2)} MB`;
  return `${new Date().toISOString()} ${memory}, files ${openFiles}, handles ${handles}, entries ${farm.entries().length}, messages ${sink.landed()}`;
}

export function isGood(report: SoakReport): boolean {
  const { verdict, talk: said, farewell } = report;
  return isClean(verdict) && verdict.held === 0 && said.unanswered.length === 0 && farewell === "0";
}
