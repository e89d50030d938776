import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process, { env } from "node:process";
import { unsetVariables } from "../../src/config-reader.ts";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openTerminal, type Say } from "./terminal.ts";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Environment of a Planetwire process; nothing else of the caller's environment reaches it but what a process needs to start. */
export type Settings = Readonly<Record<string, string>>;

/** How a process ended: an exit status or the signal that killed it. */
export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Outcome extends Ending {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Bot {
  readonly pid: number;
  /** Rejects with the log when the process ends first. */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ending>;
  /** Lines written to standard error so far. */
  readonly log: readonly string[];
  /** Types a line on its terminal, channel `console:main`. */
  readonly say: Say;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after 15 s. */
  stop(): Promise<Ending>;
}

export function startBot(settings: Settings): Bot {
  const child = spawnScript("src/main.ts", [], settings);
  const log: string[] = [];
  const ended = endOf(child);
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      log.push(line);
      if (line.includes('"msg":"ready"')) resolve();
    });
    void ended.then((ending) =>
      reject(new Error(`the bot ended before it was ready: ${JSON.stringify(ending)}\n${log.join("\n")}`)),
    );
  });
  ready.catch(() => undefined);
  return {
    say: openTerminal(child),
    pid: child.pid ?? 0,
    ready,
    ended,
    log,
    signal: (name) => void child.kill(name),
    stop: () => stop(child, ended),
  };
}

/** Runs the `wire` command line for one channel to its end. */
export async function wire(settings: Settings, channel: string, ...words: readonly string[]): Promise<Outcome> {
  return runScript("src/wire.ts", ["--channel", channel, ...words], settings);
}

/** Runs a program of the repository to its end. */
export async function runScript(script: string, words: readonly string[], settings: Settings): Promise<Outcome> {
  const child = spawnScript(script, words, settings);
  child.stdin.end();
  const [ending, stdout, stderr] = await Promise.all([endOf(child), readAll(child.stdout), readAll(child.stderr)]);
  return { ...ending, stdout, stderr };
}

function spawnScript(script: string, words: readonly string[], settings: Settings) {
  return spawn(process.execPath, ["--import", "tsx", script, ...words], {
    cwd: repository,
    env: { PATH: env["PATH"], HOME: env["HOME"], TMPDIR: env["TMPDIR"], ...unsetVariables(), ...settings },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

export async function stop(child: ChildProcess, ended: Promise<Ending>, patienceMs = 15_000): Promise<Ending> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  const ending = await ended;
  clearTimeout(timer);
  return ending;
}

export async function endOf(child: ChildProcess): Promise<Ending> {
  await once(child, "close");
  return { status: child.exitCode, signal: child.signalCode };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}
