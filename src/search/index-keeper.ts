import { IndexFeeds } from "./index-feeds.ts";
import { isBusy, type OpenIndex, openIndex, openInMemory, removeIndex } from "./index-file.ts";
import { IndexFind } from "./index-find.ts";
import { IndexMerge } from "./index-merge.ts";
import type { ThreadOptions } from "./protocol.ts";

export interface Index {
  readonly open: OpenIndex;
  readonly feeds: IndexFeeds;
  readonly find: IndexFind;
  readonly merge: IndexMerge;
}

/** Files, then memory: what cannot be written twice in a row will not be the third time. */
const TRIES = 3;

/**
 * The index as long as it can be used. Whatever SQLite or the file system has against it, it is thrown away and made anew: it holds
 * nothing that is not in Redis. Where no file can be had, it is kept in memory.
 */
export class IndexKeeper {
  readonly #options: ThreadOptions;
  readonly #say: (event: "made-anew" | "in-memory", reason: string) => void;
  #index: Index | null = null;
  #isInMemory = false;

  constructor(options: ThreadOptions, say: (event: "made-anew" | "in-memory", reason: string) => void) {
    this.#options = options;
    this.#say = say;
  }

  /** Runs `work` on a whole index, again on a new one if the first is damaged. */
  run<T>(work: (index: Index) => T): T {
    for (let tries = 1; ; tries += 1) {
      try {
        return work(this.#current());
      } catch (error) {
        if (isBusy(error) && tries < TRIES) continue;
        if (this.#isInMemory) throw error;
        this.#throwAway(reasonOf(error));
        if (tries >= TRIES) this.#goToMemory(reasonOf(error));
      }
    }
  }

  close(): void {
    const index = this.#index;
    this.#index = null;
    try {
      index?.open.close();
    } catch {
      // It is not needed any more.
    }
  }

  #current(): Index {
    if (this.#index !== null && !this.#index.open.isIntact()) this.#throwAway("its file was removed or replaced");
    this.#index ??= this.#open();
    return this.#index;
  }

  #open(): Index {
    const { folder, installation } = this.#options;
    const open = this.#isInMemory ? openInMemory(installation) : openIndex(folder, installation);
    try {
      const feeds = new IndexFeeds(open.db);
      return { open, feeds, find: new IndexFind(open.db, feeds), merge: new IndexMerge(open.db) };
    } catch (error) {
      // A file of which tables are missing opens, and shows so only here.
      open.close();
      if (open.path !== "" && !isBusy(error)) removeIndex(open.path);
      throw error;
    }
  }

  #throwAway(reason: string): void {
    this.#say("made-anew", reason);
    const path = this.#index?.open.path ?? "";
    this.close();
    if (path !== "") removeIndex(path);
  }

  #goToMemory(reason: string): void {
    this.#isInMemory = true;
    this.#say("in-memory", reason);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
