import { once } from "node:events";
import { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type Bot, type BotSettings, startBot } from "../chaos/bot.ts";
import type { Program } from "../chaos/program.ts";
import { within } from "../chaos/wait.ts";
import { openFiles, residentMb, type Sample } from "./samples.ts";

/** What a program needs compiled besides itself. */
export const PROBE = "test/soak/probe.ts";
const PROBE_LIMIT_MS = 20_000;
const MB = 1024 * 1024;
/** Comes and goes with each wait. */
const TIMERS = "Timeout";

export interface WatchedBot {
  readonly bot: Bot;
  sample(): Promise<Sample>;
}

/** A bot that can be asked what it holds. */
export function startWatchedBot(settings: BotSettings): WatchedBot {
  const log = new ProbedLog(settings.log);
  const bot = startBot({ ...settings, log, program: probed(settings.program) });
  const sample = async (): Promise<Sample> => {
    const [residentBefore, files] = [await residentMb(bot.pid), await openFiles(bot.pid)];
    const told = once(log, "probe") as Promise<[Probe]>;
    bot.signal("SIGUSR2");
    const [{ heapUsed, code, external, resources }] = await within(
      PROBE_LIMIT_MS,
      "an answer of the bot's probe",
      told,
    );
    const kinds = Object.entries(resources).filter(([kind]) => kind !== TIMERS);
    return {
      atMs: Date.now(),
      residentMb: residentBefore,
      heapMb: heapUsed / MB,
      codeMb: code / MB,
      externalMb: external / MB,
      openFiles: files,
      handles: kinds.reduce((sum, [, count]) => sum + count, 0),
    };
  };
  return { bot, sample };
}

/** Samples until `stop`. */
export async function watch(
  watched: WatchedBot,
  everyMs: number,
  stop: AbortSignal,
  look: (sample: Sample) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!stop.aborted) {
    const sample = await watched.sample();
    samples.push(sample);
    look(sample);
    await delay(everyMs, undefined, { signal: stop }).catch(() => {});
  }
  return samples;
}

function probed(program: Program): Program {
  const probe = `./${PROBE.replace(/\.ts$/, ".js")}`;
  return { ...program, main: ["--expose-gc", "--import", probe, ...program.main] };
}

interface Probe {
  readonly heapUsed: number;
  readonly code: number;
  readonly external: number;
  readonly resources: Readonly<Record<string, number>>;
}

/** Emits `probe` for what the probe says, and hands on the rest, a line in each write. */
class ProbedLog extends Writable {
  readonly #behind: Writable;

  constructor(behind: Writable) {
    super({ decodeStrings: false });
    this.#behind = behind;
  }

  override _write(line: string, _encoding: BufferEncoding, done: () => void): void {
    if (line.startsWith('{"msg":"probe"')) this.emit("probe", JSON.parse(line) as Probe);
    else this.#behind.write(line);
    done();
  }
}
