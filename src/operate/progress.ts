/** Longer than anything takes by itself: a fetch ends after half a minute, an attempt to post after fifteen seconds. */
const STUCK_MS = 600_000;

/** Work of one kind under way in this process. */
export class Work {
  #running = 0;
  #movedAtMs = 0;

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running === 0) this.step();
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.step();
    }
  }

  /** It goes on. */
  step(): void {
    this.#movedAtMs = performance.now();
  }

  /** For how long nothing has gone on of what is under way; 0 when nothing is. */
  stillMs(nowMs: number): number {
    return this.#running === 0 ? 0 : nowMs - this.#movedAtMs;
  }
}

/**
 * What stands still, by name, though it is under way and Redis has been there all the time; [] where all goes on. Without Redis everything waits, and is right to.
 */
export function stuck(
  works: Readonly<Record<string, Work>>,
  redis: { readonly isAway: boolean; readonly changedAtMs: number },
  nowMs = performance.now(),
  mostMs = STUCK_MS,
): readonly string[] {
  if (redis.isAway || nowMs - redis.changedAtMs < mostMs) return [];
  return Object.entries(works).flatMap(([name, work]) => (work.stillMs(nowMs) > mostMs ? [name] : []));
}
