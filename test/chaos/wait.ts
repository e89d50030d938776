import { setTimeout as delay } from "node:timers/promises";

export class TooLate extends Error {
  override readonly name = "TooLate";
}

/** Rejects with `TooLate` when the promise takes longer. */
export async function within<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new TooLate(`${what} took longer than ${limitMs} ms`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}

/** Looks until `condition` holds; false when it does not within the limit. For state that announces nothing, such as a file. */
export async function until(
  limitMs: number,
  condition: () => boolean | Promise<boolean>,
  everyMs = 50,
): Promise<boolean> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() >= giveUpAt) return false;
    await delay(everyMs);
  }
}

/** Something that happens again and again, for which several may wait. */
export class Occasion {
  readonly #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  happens(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
