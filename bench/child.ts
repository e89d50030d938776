import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** A process of the bench that answers questions over the channel which `spawn` gives it. */
export interface Child {
  readonly pid: number;
  ask<T>(name: string, argument?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Its own core, where the machine has more than one and `taskset` is there; the others share the rest. */
  readonly core?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

const canPin = availableParallelism() > 1 && spawnSync("taskset", ["--version"]).error === undefined;

/** `command` on one core, where that can be done. */
export function pinned(core: number | undefined, command: string, words: readonly string[]): [string, string[]] {
  return canPin && core !== undefined ? ["taskset", ["-c", String(core), command, ...words]] : [command, [...words]];
}

export function startChild(script: string, options: ChildOptions = {}): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const nodeWords = ["--import", import.meta.resolve("tsx"), ...(options.nodeArguments ?? []), path];
  const [command, words] = pinned(options.core, process.execPath, nodeWords);
  const child = spawn(command, words, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { PATH: process.env["PATH"] ?? "", ...options.env },
  });
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  child.on("message", (message) => {
    const { id, result, error } = message as Answer;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  child.once("exit", (code, signal) => {
    process.removeListener("exit", end);
    for (const { reject } of waiting.values()) reject(new Error(`${script} ended (${String(code ?? signal)})`));
  });
  return { pid: child.pid ?? 0, ask: asker(child, script, waiting), stop: async () => await stop(child) };
}

function asker(
  child: ChildProcess,
  script: string,
  waiting: Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>,
): Child["ask"] {
  let lastId = 0;
  return async <T>(name: string, argument?: unknown): Promise<T> => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${script} has ended`);
    lastId += 1;
    const id = lastId;
    const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    const question: Question = { id, name, argument };
    child.send(question);
    return (await answered) as T;
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 5000);
  await exited;
  clearTimeout(force);
}

/** The other side: answers until the parent is gone. */
export function answerParent(handlers: Handlers): void {
  process.on("disconnect", () => process.exit(0));
  // A profile is written at exit.
  process.on("SIGTERM", () => process.exit(0));
  process.on("message", (message) => {
    const { id, name, argument } = message as Question;
    const handler = handlers[name] as ((argument: unknown) => unknown) | undefined;
    Promise.resolve()
      .then(() => {
        if (handler === undefined) throw new Error(`nobody answers “${name}”`);
        return handler(argument);
      })
      .then(
        (result) => process.send?.({ id, result }),
        (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? "") : String(error) }),
      );
  });
}
