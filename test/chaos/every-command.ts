import { setTimeout as delay } from "node:timers/promises";
import {
  allPosted,
  type Bench,
  closeBench,
  killBot,
  killedAt,
  openBench,
  publish,
  restart,
  reviseNewest,
  spawnBot,
} from "./bench.ts";
import { addVerdicts, type Verdict } from "./check.ts";
import type { Lab } from "./lab.ts";
import { type KillPoint, killPoints, matcherOf, OVERTAKEN, type Recordings, type Scenario } from "./dry-run.ts";
import { overtaken } from "./overtake.ts";

export interface EveryCommandOptions {
  readonly seed: number;
  /** Only so many of the points, chosen by the seed; null for all. */
  readonly sample: number | null;
  /** Only the points whose words match; null for all. */
  readonly only: RegExp | null;
  readonly limitMs: number;
  readonly progress: (line: string) => void;
}

export interface EveryCommandReport {
  readonly listed: number;
  readonly hit: number;
  /** In words. */
  readonly missed: readonly string[];
  /** Points that the dry run saw only now and then: tried as well, and counted apart. */
  readonly unsteady: number;
  readonly unsteadyHit: number;
  readonly kills: number;
  readonly published: number;
  readonly verdict: Verdict;
  readonly finds: string;
  /** Starts that failed, and entries that did not come in time after a kill. */
  readonly troubles: readonly string[];
}

const idleMs = 2500;
const quietMs = 800;
/** Longer than attempt, waiting and lock together, also at the waits that platforms need. */
const recoveryMs = 9000;
const hitLimitMs = 15_000;
const hitAttempts = 5;
const unsteadyAttempts = 2;
/** Who makes the edit and who reads the feed is chance. */
const overtakenAttempts = 6;
const settleLimitMs = 60_000;
const burst = 6;
const entriesOf: Readonly<Record<Scenario, number>> = {
  start: 1,
  idle: 0,
  post: 1,
  digest: burst,
  edit: 1,
  recovery: 1,
};

/** The points are shared out among the labs, which work side by side. */
export async function runEveryCommand(labs: readonly Lab[], options: EveryCommandOptions): Promise<EveryCommandReport> {
  const benches = await Promise.all(labs.map((lab, index) => openBench(lab, options.seed + index)));
  try {
    const [first] = benches;
    if (first === undefined) throw new Error("no bench");
    options.progress("dry run");
    const all = killPoints(await dryRun(first, options.sample === null ? 3 : 1));
    const chosen = choose(first, all, options);
    const hits = await visit(benches, chosen, options);
    for (const bench of benches) await restart(bench);
    const verdicts = await Promise.all(benches.map((bench) => bench.lab.settle(settleLimitMs)));
    const finds = await Promise.all(benches.map((bench) => bench.lab.finds()));
    return reportOf(benches, chosen, hits, verdicts, finds.join(" + "));
  } finally {
    await Promise.all(benches.map(closeBench));
  }
}

function choose(bench: Bench, all: readonly KillPoint[], { sample, only }: EveryCommandOptions): readonly KillPoint[] {
  const fitting = only === null ? all : all.filter((place) => only.test(inWords(bench, place)));
  if (sample === null) return fitting;
  return bench.random.shuffled(fitting.filter((place) => place.isSteady)).slice(0, sample);
}

/** Returns the points at which a bot was killed. */
async function visit(
  benches: readonly Bench[],
  chosen: readonly KillPoint[],
  { limitMs, progress }: EveryCommandOptions,
): Promise<ReadonlySet<KillPoint>> {
  const endsAt = Date.now() + limitMs;
  const hits = new Set<KillPoint>();
  const queue = [...chosen];
  await Promise.all(
    benches.map(async (bench) => {
      for (let place = queue.shift(); place !== undefined && Date.now() < endsAt; place = queue.shift()) {
        progress(`${queue.length} points of ${chosen.length} left, ${hits.size} hit: ${inWords(bench, place)}`);
        if (await runPoint(bench, place)) hits.add(place);
      }
    }),
  );
  return hits;
}

function reportOf(
  benches: readonly Bench[],
  chosen: readonly KillPoint[],
  hits: ReadonlySet<KillPoint>,
  verdicts: readonly Verdict[],
  finds: string,
): EveryCommandReport {
  const steady = chosen.filter((place) => place.isSteady);
  const missed = steady.filter((place) => !hits.has(place)).map((place) => inWords(benches[0], place));
  return {
    listed: steady.length,
    hit: steady.length - missed.length,
    missed,
    unsteady: chosen.length - steady.length,
    unsteadyHit: hits.size - steady.length + missed.length,
    kills: benches.reduce((sum, bench) => sum + bench.kills, 0),
    published: benches.reduce((sum, bench) => sum + bench.lab.farm.entries().length, 0),
    verdict: verdicts.reduce(addVerdicts),
    finds,
    troubles: benches.flatMap((bench) => [...bench.lab.redis.ownEnds, ...bench.troubles]),
  };
}

async function dryRun(bench: Bench, times: number): Promise<Recordings> {
  const start: (readonly string[])[] = [];
  const idle: (readonly string[])[] = [];
  const post: (readonly string[])[] = [];
  const digest: (readonly string[])[] = [];
  const edit: (readonly string[])[] = [];
  const recovery: (readonly string[])[] = [];
  for (let time = 0; time < times; time++) {
    start.push(await recorded(bench, () => restart(bench)));
    await delay(quietMs);
    idle.push(await recorded(bench, () => delay(idleMs)));
  }
  for (let time = 0; time < times; time++) {
    post.push(await recorded(bench, () => publishAndPost(bench, "post")));
    digest.push(await recorded(bench, () => publishAndPost(bench, "digest")));
    await publishAndPost(bench, "edit");
    edit.push(await recorded(bench, () => reviseAndEdit(bench)));
  }
  for (let time = 0; time < times; time++) {
    await leaveUncertain(bench);
    recovery.push(
      await recorded(bench, async () => {
        await restart(bench);
        await delay(recoveryMs);
      }),
    );
  }
  await allPosted(bench, "in the dry run");
  if (bench.troubles.length > 0) throw new Error(`the dry run failed: ${bench.troubles.join("; ")}`);
  return { start, idle, post, digest, edit, recovery };
}

async function recorded(bench: Bench, work: () => Promise<void>): Promise<readonly string[]> {
  const stop = bench.proxy.record();
  await work();
  return stop();
}

async function publishAndPost(bench: Bench, scenario: Scenario): Promise<void> {
  publish(bench, entriesOf[scenario]);
  await allPosted(bench, `in the dry run of ${scenario}`);
  await delay(quietMs);
}

async function reviseAndEdit(bench: Bench): Promise<void> {
  reviseNewest(bench);
  await allPosted(bench, "in the dry run of an edit");
  await delay(quietMs);
}

/** Kills the bot at its first command after a message arrived: the post landed, and Redis does not know. */
async function leaveUncertain(bench: Bench): Promise<void> {
  const before = bench.lab.sink.landed();
  const target = { matches: () => bench.lab.sink.landed() > before, point: "before Redis gets it" } as const;
  const isHit = await killedAt(bench, target, hitLimitMs, () => publish(bench, 1));
  if (!isHit) bench.troubles.push("no command followed a post");
  await killBot(bench);
}

async function runPoint(bench: Bench, place: KillPoint): Promise<boolean> {
  if (bench.bot === null) await restart(bench);
  const attempts = attemptsAt(place);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const isHit = await tryPoint(bench, place);
    // Also when nothing was hit: a blocking command may still be held back, and would strike out of turn.
    await restart(bench);
    await allPosted(bench, `after ${inWords(bench, place)}`);
    if (isHit) return true;
  }
  return false;
}

function attemptsAt({ point, isSteady }: KillPoint): number {
  if (point === OVERTAKEN) return overtakenAttempts;
  return isSteady ? hitAttempts : unsteadyAttempts;
}

async function tryPoint(bench: Bench, place: KillPoint): Promise<boolean> {
  const { point } = place;
  const matches = matcherOf(place);
  if (point === OVERTAKEN) return await overtaken(bench, matches);
  const target = { matches, point };
  if (place.scenario === "edit") await publishAndPost(bench, "edit");
  if (place.scenario === "recovery") await leaveUncertain(bench);
  if (place.scenario === "start") await killBot(bench);
  return await killedAt(bench, target, hitLimitMs, () => {
    if (place.scenario === "edit") reviseNewest(bench);
    else if (place.scenario !== "recovery") publish(bench, entriesOf[place.scenario]);
    if (bench.bot === null) spawnBot(bench);
  });
}

function inWords(bench: Bench | undefined, { scenario, signature, occurrence, point }: KillPoint): string {
  return `${scenario}: ${bench?.proxy.names.describe(signature) ?? signature} no. ${occurrence}, ${point}`;
}
