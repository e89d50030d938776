import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Result, Task } from "./read-child.ts";
import type { ReaderName } from "./read-readers.ts";

/** "hung": it was not done when its time was up. "crashed": its process died. */
export type Read = Result | "hung" | "crashed";

const child = fileURLToPath(new URL("./read-child.ts", import.meta.url));

/**
 * Lets a reader read one document after the other, in a process of its own that is killed where it hangs and replaced where it dies.
 * @param alone each document in a fresh process, so that its peak of memory is its own
 */
export async function* readEach(
  reader: ReaderName,
  tasks: readonly Task[],
  deadlineMs: number,
  alone = false,
): AsyncGenerator<Read> {
  let process: ChildProcess | undefined;
  try {
    for (const task of tasks) {
      process ??= await start(reader);
      const read = await ask(process, task, deadlineMs);
      if (alone || typeof read === "string") {
        process.kill("SIGKILL");
        process = undefined;
      }
      yield read;
    }
  } finally {
    process?.kill("SIGKILL");
  }
}

async function start(reader: ReaderName): Promise<ChildProcess> {
  const process = fork(child, [reader], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  await once(process, "spawn");
  return process;
}

async function ask(process: ChildProcess, task: Task, deadlineMs: number): Promise<Read> {
  const over = new AbortController();
  const { signal } = over;
  const answers = [
    once(process, "message", { signal }).then(([result]): Read => result as Result),
    once(process, "exit", { signal }).then((): Read => "crashed"),
    sleep(deadlineMs, "hung" as const, { signal }),
  ];
  process.send(task);
  const read = await Promise.race(answers);
  over.abort();
  await Promise.allSettled(answers);
  return read;
}
