import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Piscina } from "piscina";
import type { DocumentOrigin } from "../parse/parse.ts";
import type { ReadOutcome } from "./read-document.ts";
import type { ReadTask } from "./read-worker.ts";

export interface ThreadLimits {
  /** For one document, from when the thread is ready for it. */
  readonly deadlineMs: number;
  readonly maxHeapMb: number;
}

export type ThreadOutcome =
  | { readonly kind: "read"; readonly outcome: ReadOutcome }
  | { readonly kind: "late" | "out-of-memory" }
  | { readonly kind: "broken"; readonly error: unknown };

/** A thread that had nothing to do for this long ends, and gives back its 30 MB. */
const idleMs = 60_000;
/** Loading its modules takes a thread a quarter of a second; a busy machine takes longer. */
const startMs = 60_000;

/** Run from its sources, the thread needs the loader too, whatever the process itself was started with. */
const extension = extname(import.meta.url);
const loader = extension === ".ts" ? { execArgv: ["--import", "tsx"] } : {};

/** One thread for reading documents, started on first need. What is given to it must wait for its turn outside. */
export class ReadingThread {
  readonly #limits: ThreadLimits;
  #pool: Promise<Piscina> | null = null;

  constructor(limits: ThreadLimits) {
    this.#limits = limits;
  }

  /** Moves the bytes: they are gone for the caller. Rejects when `signal` is aborted; the thread is killed then, as it is when late. */
  async read(bytes: Buffer, origin: DocumentOrigin, signal: AbortSignal): Promise<ThreadOutcome> {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    let isLate = false;
    let timer = setTimeout(end, startMs);
    signal.addEventListener("abort", end);
    try {
      signal.throwIfAborted();
      const pool = await (this.#pool ??= this.#open());
      await pool.run(undefined, { name: "whenReady", signal: ending.signal });
      clearTimeout(timer);
      timer = setTimeout(() => {
        isLate = true;
        end();
      }, this.#limits.deadlineMs);
      const task: ReadTask = { bytes: toOwnBytes(bytes), origin };
      const options = { transferList: [task.bytes.buffer], signal: ending.signal };
      return { kind: "read", outcome: (await pool.run(task, options)) as ReadOutcome };
    } catch (error) {
      signal.throwIfAborted();
      if (isLate) return { kind: "late" };
      return isOutOfMemory(error) ? { kind: "out-of-memory" } : { kind: "broken", error };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  }

  /** Ends the thread at once, whatever it is doing. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await (await pool)?.destroy();
  }

  async #open(): Promise<Piscina> {
    const { Piscina } = await import("piscina");
    const pool = new Piscina({
      filename: fileURLToPath(new URL(`read-worker${extension}`, import.meta.url)),
      name: "readInWorker",
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: idleMs,
      recordTiming: false,
      // Else an idle thread is blocked and cannot collect its garbage.
      atomics: "disabled",
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.maxHeapMb },
      ...loader,
    });
    // A thread that dies with nothing to do is replaced when there is something; who waits for it is told by its own promise.
    pool.on("error", () => undefined);
    return pool;
  }
}

/** Only what owns its memory can be moved; a view into something larger is copied first. */
function toOwnBytes(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength <= 2 * byteLength && byteLength >= Buffer.poolSize;
  return isOwn ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}

/** The error's name in Node (`errors.html#err_worker_out_of_memory`). */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
