import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { homedir, tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { killAtExit } from "./last-resort.ts";
import type { Program } from "./program.ts";
import { within } from "./wait.ts";

export interface BotSettings {
  readonly program: Program;
  readonly redisUrl: string;
  readonly dataDirectory: string;
  /** Takes every line the bots write. */
  readonly log: Writable;
  /** Variables of the platform. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Bot {
  readonly pid: number;
  /** Rejects when the bot ends before it is ready, or is not ready in time. */
  readonly ready: Promise<void>;
  readonly exited: Promise<BotExit>;
  /** SIGKILL to the bot and everything it started, at once. */
  kill(): void;
  signal(name: "SIGSTOP" | "SIGCONT" | "SIGTERM" | "SIGUSR2"): void;
}

export interface BotExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote. */
  readonly lastWords: string;
}

export interface WireResult {
  readonly code: number | null;
  readonly output: string;
  readonly problem: string;
}

const readyLimitMs = 30_000;
const wireLimitMs = 40_000;
const lastWordsLines = 12;

/** Times lowered in proportion, so that what takes minutes in use takes seconds here. */
const hurriedSettings = {
  POLL_MIN_SECONDS: "0.3",
  POLL_MAX_SECONDS: "1",
  UNCERTAIN_WAIT_SECONDS: "0.5",
  LOCK_SECONDS: "1",
  SWEEP_SECONDS: "1",
  EDIT_WAIT_SECONDS: "0.3",
  DIGEST_FROM: "5",
  ALLOW_PRIVATE_NETWORKS: "127.0.0.0/8",
};

export function startBot(settings: BotSettings): Bot {
  const child = spawn(process.execPath, settings.program.main, {
    cwd: settings.program.root,
    env: environment(settings),
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  killAtExit(child);
  const { pid } = child;
  if (pid === undefined) throw new Error("the bot could not be started");
  const lastLines: string[] = [];
  const exited = exitOf(child, lastLines);
  const ready = within(readyLimitMs, "the bot's start", readiness(child, exited, settings.log, lastLines));
  ready.catch(() => {});
  return {
    pid,
    ready,
    exited,
    kill: () => {
      if (isRunning(child)) signalGroup(pid, "SIGKILL");
    },
    signal: (name) => void child.kill(name),
  };
}

/** Runs one command of the CLI to its end. */
export async function wire(settings: BotSettings, channel: string, ...command: readonly string[]): Promise<WireResult> {
  const child = spawn(process.execPath, [...settings.program.wire, "--channel", channel, ...command], {
    cwd: settings.program.root,
    env: environment(settings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, problem, [code]] = await within(
    wireLimitMs,
    `wire ${command.join(" ")}`,
    Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, "exit")]),
  ).finally(() => child.kill("SIGKILL"));
  return { code: typeof code === "number" ? code : null, output, problem };
}

function environment(settings: BotSettings): Record<string, string> {
  return {
    ...hurriedSettings,
    ...settings.env,
    REDIS_URL: settings.redisUrl,
    DATA_DIR: settings.dataDirectory,
    HOME: homedir(),
    TMPDIR: tmpdir(),
  };
}

async function exitOf(child: ChildProcess, lastLines: readonly string[]): Promise<BotExit> {
  await once(child, "close");
  return { code: child.exitCode, signal: child.signalCode, lastWords: lastLines.join("\n") };
}

async function readiness(
  child: ChildProcess,
  exited: Promise<BotExit>,
  log: Writable,
  lastLines: string[],
): Promise<void> {
  if (child.stderr === null) throw new Error("the bot has no standard error");
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      log.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > lastWordsLines) lastLines.shift();
      if (line.includes('"msg":"ready"')) resolve();
    });
    void exited.then(({ code, signal, lastWords }) =>
      reject(new Error(`the bot ended (${code ?? signal}) before it was ready:\n${lastWords}`)),
    );
  });
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
