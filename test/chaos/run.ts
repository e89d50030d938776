import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { isClean, type Verdict } from "./check.ts";
import { runCommands } from "./commands.ts";
import { runEveryCommand } from "./every-command.ts";
import { type KillOptions, type KillReport, runKills } from "./kills.ts";
import { type Lab, type LabOptions, openLab } from "./lab.ts";
import { mutatedTree } from "./mutate.ts";
import { platformSink } from "./sink.ts";
import { openStages, troublesOf } from "./stages.ts";
import { compiledProgram, type Program, sourceProgram } from "./program.ts";
import { fullPlan, smallPlan } from "./plans.ts";

const defaultKills = 100;
const usage = `npm run chaos -- --kills N [--bots 2] [--redis-kills] [--stalls] [--small] [--redis cluster]
npm run chaos -- --commands N --platforms discord
npm run chaos -- --every-command [--only PATTERN] [--sample N] [--benches 2]
all: [--platforms discord,slack,matrix] [--wait SECONDS] [--digest-from N] [--seed S] [--minutes M] [--root DIR] [--mutation NAME] [--sources] [--keep] [--details N]`;

const options = {
  kills: { type: "string" },
  "every-command": { type: "boolean", default: false },
  commands: { type: "string" },
  sample: { type: "string" },
  only: { type: "string" },
  platforms: { type: "string", default: "console" },
  wait: { type: "string", default: "3" },
  benches: { type: "string", default: "2" },
  bots: { type: "string", default: "2" },
  "redis-kills": { type: "boolean", default: false },
  stalls: { type: "boolean", default: false },
  small: { type: "boolean", default: false },
  redis: { type: "string", default: "server" },
  "digest-from": { type: "string" },
  seed: { type: "string" },
  minutes: { type: "string", default: "60" },
  root: { type: "string", default: resolve(import.meta.dirname, "../..") },
  mutation: { type: "string" },
  sources: { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  details: { type: "string", default: "20" },
} as const;

type Settings = ReturnType<typeof readArguments>;

interface Outcome {
  readonly summary: string;
  readonly details: readonly string[];
  readonly isGood: boolean;
}

function readArguments(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options, strict: true });
  return {
    ...values,
    kills: values.kills === undefined ? null : wholeNumber("kills", values.kills),
    commands: values.commands === undefined ? null : wholeNumber("commands", values.commands),
    sample: values.sample === undefined ? null : wholeNumber("sample", values.sample),
    only: values.only === undefined ? null : new RegExp(values.only),
    digestFrom: values["digest-from"] === undefined ? null : wholeNumber("digest-from", values["digest-from"]),
    bots: wholeNumber("bots", values.bots),
    benches: wholeNumber("benches", values.benches),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : wholeNumber("seed", values.seed),
    limitMs: wholeNumber("minutes", values.minutes) * 60_000,
    details: wholeNumber("details", values.details),
    root: resolve(values.root),
    isCluster: isCluster(values),
    platforms: values.platforms.split(",").map(platformNamed),
    waitSeconds: wholeNumber("wait", values.wait),
  };
}

/** Points at which a command is stopped are known of one server alone. */
function isCluster({ redis, "every-command": everyCommand }: { redis: string; "every-command": boolean }): boolean {
  if (redis === "server") return false;
  if (redis === "cluster" && !everyCommand) return true;
  throw new Error("--redis takes server or cluster; --every-command is for a server");
}

function platformNamed(name: string): string {
  if (name === "console" || name in openStages) return name;
  throw new Error(`--platforms takes console, ${Object.keys(openStages).join(", ")}, and not ${name}`);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text) || text === "0") throw new Error(`--${name} takes a number from 1, not ${text}`);
  return Number(text);
}

function progress(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line.slice(0, process.stderr.columns - 1)}` : `${line}\n`);
}

async function killMode(settings: Settings, program: Program, platform: string, kills: number): Promise<Outcome> {
  const plan = settings.small ? smallPlan : fullPlan;
  const options = { ...settings, kills, redisKills: settings["redis-kills"], progress };
  const report = await withLabs(
    { ...settings, program, plan, trouble: true, openSink: sinkOf(platform, settings, true) },
    1,
    [],
    (labs) => killsIn(labs, options),
  );
  const { verdict, overlaps, troubles } = report;
  const extras = `entries of feeds ${report.published} (${report.confirmed} proved read), kills of Redis ${report.redisKills}, slots moved ${report.slotsMoved}, stalls ${report.stalls}, overlapping requests ${overlaps.length}, bots in trouble ${troubles.length}, answers ${report.traffic}, finds ${report.finds}, platform ${report.platform}, exit after SIGTERM ${report.farewell}`;
  return {
    summary: `${summaryOf(report.kills, verdict)}\n${extras}`,
    details: [...verdict.details, ...overlaps, ...troubles],
    isGood: isClean(verdict) && overlaps.length === 0 && report.kills >= kills && report.farewell === "0",
  };
}

async function killsIn([lab]: readonly Lab[], options: KillOptions): Promise<KillReport> {
  if (lab === undefined) throw new Error("no lab");
  return await runKills(lab, options);
}

async function everyCommandMode(settings: Settings, program: Program, platform: string): Promise<Outcome> {
  const openSink = sinkOf(platform, settings, false);
  const lab = { ...settings, program, plan: smallPlan, trouble: false, openSink };
  const report = await withLabs(lab, settings.benches, [], (labs) => runEveryCommand(labs, { ...settings, progress }));
  const { verdict, missed, troubles } = report;
  const points = `points listed ${report.listed}, hit ${report.hit}, missed ${missed.length}, unsteady hit ${report.unsteadyHit} of ${report.unsteady}, finds ${report.finds}, troubles ${troubles.length}`;
  return {
    summary: `${summaryOf(report.kills, verdict)}\n${points}`,
    details: [...verdict.details, ...missed.map((point) => `missed: ${point}`), ...troubles],
    isGood: isClean(verdict) && missed.length === 0 && troubles.length === 0,
  };
}

async function commandsMode(
  settings: Settings,
  program: Program,
  platform: string,
  commands: number,
): Promise<Outcome> {
  const lab = { ...settings, program, plan: smallPlan, trouble: false, openSink: sinkOf(platform, settings, false) };
  const report = await withLabs(lab, 1, [], async ([only]) => {
    if (only === undefined) throw new Error("no lab");
    return await runCommands(only, { ...settings, commands, progress });
  });
  return {
    summary: `commands ${report.said}, kills ${report.kills}, unanswered ${report.unanswered} (${report.silentEffects} with effect), faults ${report.faults.length}`,
    details: report.faults,
    isGood: report.faults.length === 0 && report.said === commands,
  };
}

/** null for the console, which needs none of its own. */
function sinkOf(platform: string, { seed, waitSeconds }: Settings, isTroubled: boolean): LabOptions["openSink"] {
  const open = openStages[platform];
  if (open === undefined) return null;
  const troubles = isTroubled ? troublesOf(seed) : () => ({});
  return async (names) => await platformSink(await open(), names, troubles, waitSeconds);
}

/** Labs are opened one after the other and closed whatever happens. */
async function withLabs<T>(
  options: LabOptions,
  count: number,
  open: readonly Lab[],
  work: (labs: readonly Lab[]) => Promise<T>,
): Promise<T> {
  if (open.length === count) return await work(open);
  const lab = await openLab({ ...options, seed: options.seed + open.length });
  try {
    if (options.keep) progress(`kept: ${lab.directory}`);
    return await withLabs(options, count, [...open, lab], work);
  } finally {
    await lab.close();
  }
}

function summaryOf(kills: number, verdict: Verdict): string {
  const { entries, lost, held, repeated, outOfOrder, unexpected, malformed, revised, stale, inThreads } = verdict;
  return `kills ${kills}, entries ${entries}, lost ${lost}, held ${held}, repeated ${repeated}, out of order ${outOfOrder}, unexpected ${unexpected}, malformed ${malformed}, changed and shown ${revised}, stale ${stale}, in threads ${inThreads}`;
}

async function run(settings: Settings): Promise<readonly Outcome[]> {
  const tree = settings.mutation === undefined ? null : await mutatedTree(settings.root, settings.mutation);
  const root = tree?.root ?? settings.root;
  try {
    const program = settings.sources ? sourceProgram(root) : await compiledProgram(root);
    try {
      const outcomes: Outcome[] = [];
      for (const platform of settings.platforms) outcomes.push(await runOn(platform, settings, program));
      return outcomes;
    } finally {
      await program.remove();
    }
  } finally {
    await tree?.remove();
  }
}

async function runOn(platform: string, settings: Settings, program: Program): Promise<Outcome> {
  const outcome = await outcomeOn(platform, settings, program);
  return { ...outcome, summary: `${platform}: ${outcome.summary}` };
}

async function outcomeOn(platform: string, settings: Settings, program: Program): Promise<Outcome> {
  if (settings.commands !== null) return await commandsMode(settings, program, platform, settings.commands);
  if (settings["every-command"]) return await everyCommandMode(settings, program, platform);
  return await killMode(settings, program, platform, settings.kills ?? defaultKills);
}

function settingsOrUsage(): Settings | null {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return null;
  }
}

async function main(): Promise<void> {
  const settings = settingsOrUsage();
  if (settings === null) {
    process.exitCode = 2;
    return;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  progress(`seed ${settings.seed}`);
  const startedAt = Date.now();
  const outcomes = await run(settings);
  progress("");
  for (const { summary, details } of outcomes) {
    for (const detail of details.slice(0, settings.details)) console.log(detail);
    if (details.length > settings.details) console.log(`… and ${details.length - settings.details} more`);
    console.log(`${summary}, seed ${settings.seed}, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }
  process.exitCode = outcomes.every(({ isGood }) => isGood) ? 0 : 1;
}

await main();
