import type { ReadingDeps } from "./reading.ts";
import type { Late } from "./shards.ts";

/**
 * Polls at work at once in one process. What has been fetched waits for its reading, its record and its fan-out in memory, and what is
 * new in it waits with it: more at once would get nothing done sooner.
 */
const MOST_AT_WORK = 32;
/** A host that has not answered by then is waited for without a place, since waiting is no work: many may be slow at once. */
const PATIENCE_MS = 50;

/** One poll's place. */
export interface Workplace {
  /** Waits for what is done elsewhere. Behind it the place is taken again at once, even if there are too many then. */
  away<T>(work: Promise<T>): Promise<T>;
  leave(): void;
}

/** The places of a process, given in the order in which they were asked for. */
export class Workplaces {
  readonly #waiting: (() => void)[] = [];
  readonly #most: number;
  readonly #patienceMs: number;
  #taken = 0;

  constructor(most = MOST_AT_WORK, patienceMs = PATIENCE_MS) {
    this.#most = most;
    this.#patienceMs = patienceMs;
  }

  async take(): Promise<Workplace> {
    if (this.#taken >= this.#most) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    else this.#taken += 1;
    return { away: async (work) => await this.#away(work), leave: () => this.#free() };
  }

  async #away<T>(work: Promise<T>): Promise<T> {
    let isAway = false;
    const timer = setTimeout(() => {
      isAway = true;
      this.#free();
    }, this.#patienceMs);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      if (isAway) this.#taken += 1;
    }
  }

  /** The place goes to the next in line, if there are not too many at work. */
  #free(): void {
    const next = this.#taken > this.#most ? undefined : this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next();
  }
}

/** Runs a poll in a place, which it leaves while it is slow to be answered; not if `isHeld` says no when it gets one. */
export async function inPlace<D extends ReadingDeps, T>(
  places: Workplaces,
  deps: D,
  isHeld: () => boolean,
  poll: (deps: D) => Promise<T>,
): Promise<T | Late> {
  const place = await places.take();
  try {
    if (!isHeld()) return { kind: "late" };
    const fetcher: D["fetcher"] = {
      fetch: async (request, gate, signal) => await place.away(deps.fetcher.fetch(request, gate, signal)),
      close: async () => await deps.fetcher.close(),
    };
    return await poll({ ...deps, fetcher });
  } finally {
    place.leave();
  }
}
