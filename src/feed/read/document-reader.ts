import type { DocumentOrigin } from "../parse/parse.ts";
import { readDocument, type ReadOutcome } from "./read-document.ts";
import { ReadingThread, type ThreadLimits, type ThreadOutcome } from "./reading-thread.ts";
import { createTurns } from "./turns.ts";

export interface ReaderLimits extends ThreadLimits {
  /** Larger documents are read in a thread of their own, and so are those that hold more than a tag in 32 bytes. */
  readonly inlineBytes: number;
}

export interface DocumentReader {
  /**
   * Reads a document without holding up the process. A large one is moved to another thread: its bytes are gone for the
   * caller. One that takes too long or too much memory is given up, and the next one is read all the same.
   * Rejects only when `signal` is aborted or after `close`.
   */
  read(bytes: Buffer, origin: DocumentOrigin, signal: AbortSignal): Promise<ReadOutcome | GivenUp>;
  /** Ends the thread at once; what it was reading is rejected. */
  close(): Promise<void>;
}

/** `reason` is for a person. The same document may be read another time, when the machine is less busy. */
export interface GivenUp {
  readonly kind: "given-up";
  readonly reason: string;
}

/**
 * A copy to the thread and back costs 2 ms of CPU, as much as reading 30 to 60 KB does.
 *
 * The heap is large, because V8 ends the whole process where one call of a built-in function meets the limit: 8 MiB of `&`,
 * the longest document there is, does so with 512 MB.
 */
const usualLimits: ReaderLimits = { inlineBytes: 64 * 1_024, deadlineMs: 10_000, maxHeapMb: 1_024 };

export function createDocumentReader(limits: Partial<ReaderLimits> = {}): DocumentReader {
  const all = { ...usualLimits, ...limits };
  const thread = new ReadingThread(all);
  let isClosed = false;
  const inlineTurns = createTurns();
  const threadTurns = createTurns();
  return {
    async read(bytes, origin, signal) {
      const isSmall = isQuick(bytes, all.inlineBytes);
      return await (isSmall ? inlineTurns : threadTurns)(async () => {
        signal.throwIfAborted();
        if (isClosed) throw new Error("the reader is closed");
        if (isSmall) return await readDocument(bytes, origin);
        const answer = await thread.read(bytes, origin, signal);
        if (isClosed) throw new Error("the reader is closed");
        return outcomeOf(answer, all.deadlineMs);
      });
    },
    async close() {
      isClosed = true;
      await thread.close();
    },
  };
}

const bytesPerTag = 32;
const tagOpeners = ["<", "{"].map((opener) => opener.charCodeAt(0));

/** What costs is elements: 64 KB of posts take 5 ms, of entries of 50 bytes ten times that. */
function isQuick(bytes: Buffer, inlineBytes: number): boolean {
  return (
    bytes.length <= inlineBytes && tagOpeners.every((opener) => !holdsMore(bytes, opener, inlineBytes / bytesPerTag))
  );
}

function holdsMore(bytes: Buffer, wanted: number, most: number): boolean {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at !== -1 && count <= most; at = bytes.indexOf(wanted, at + 1)) count += 1;
  return count > most;
}

function outcomeOf(answer: ThreadOutcome, deadlineMs: number): ReadOutcome | GivenUp {
  switch (answer.kind) {
    case "read":
      return answer.outcome;
    case "late":
      return givenUp(`it took longer than ${String(deadlineMs / 1_000)} s`);
    case "out-of-memory":
      return givenUp("it took too much memory");
    case "broken":
      return givenUp(answer.error instanceof Error ? answer.error.message : String(answer.error));
  }
}

function givenUp(why: string): GivenUp {
  return { kind: "given-up", reason: `Reading the document was given up: ${why}.` };
}
