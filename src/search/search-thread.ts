import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Message, TaskName, Tasks, ThreadOptions } from "./protocol.ts";

const CLOSE_WITHIN_MS = 2_000;
/** A thread that had nothing to do for this long ends, and gives back its memory. */
const IDLE_MS = 600_000;
const extension = extname(import.meta.url);
const program = `import(${JSON.stringify(new URL(`search-worker${extension}`, import.meta.url).href)})`;
/** Run from its sources, the thread needs the loader, too: whatever the process itself was started with, it is not in the thread. */
const start =
  extension === ".ts" ? `import("tsx/esm/api").then(({ register }) => { register(); return ${program}; })` : program;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

class ThreadDied extends Error {
  override readonly name = "ThreadDied";
}

export type OnEvent = (event: Extract<Message, { kind: "event" }>) => void;

/** The thread that holds the index. It starts on first need; one that dies is replaced at the next. */
export class SearchThread {
  readonly #options: ThreadOptions;
  readonly #onEvent: OnEvent;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions, onEvent: OnEvent) {
    this.#options = options;
    this.#onEvent = onEvent;
  }

  /**
   * Tasks are done in the order given, and once more where the thread died: each may be done any number of times. Rejects when it dies
   * twice, and when it is closed.
   */
  async ask<Name extends TaskName>(name: Name, task: Tasks[Name]["task"]): Promise<Tasks[Name]["answer"]> {
    try {
      return await this.#askOnce(name, task);
    } catch (error) {
      if (!(error instanceof ThreadDied) || this.#isClosed) throw error;
      return await this.#askOnce(name, task);
    }
  }

  async #askOnce<Name extends TaskName>(name: Name, task: Tasks[Name]["task"]): Promise<Tasks[Name]["answer"]> {
    if (this.#isClosed) throw new Error("the search is closed");
    const worker = (this.#worker ??= this.#start());
    this.#lastId += 1;
    const id = this.#lastId;
    this.#restAfterIdle();
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, task });
    });
  }

  /** Lets what it is doing end, if that is soon. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === null) return;
    const ended = once(worker, "exit", { signal: AbortSignal.timeout(CLOSE_WITHIN_MS) }).catch(() => undefined);
    worker.postMessage("close");
    await ended;
    await worker.terminate();
  }

  #restAfterIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#waiting.size > 0) return this.#restAfterIdle();
      this.#worker?.postMessage("close");
      this.#worker = null;
    }, IDLE_MS).unref();
  }

  #start(): Worker {
    const worker = new Worker(start, { eval: true, execArgv: [], workerData: this.#options });
    // A process that has nothing else to do may end.
    worker.unref();
    worker.on("message", (message: Message) => this.#take(message));
    worker.on("error", (error) => this.#end(worker, error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => this.#end(worker, "it ended"));
    return worker;
  }

  #take(message: Message): void {
    if (message.kind === "event") return this.#onEvent(message);
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === "answer") waiting?.resolve(message.answer as never);
    else waiting?.reject(new Error(message.reason));
  }

  #end(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(new ThreadDied(`the thread of the search died: ${reason}`));
  }
}
