import { setTimeout as pause } from "node:timers/promises";

/**
 * Looks again and again until `look` answers something else than undefined. For what gives no event of its own, such as a
 * file that another process writes. After the deadline it throws, saying what was awaited.
 */
export async function until<T>(
  what: string,
  deadlineMs: number,
  look: () => T | undefined | Promise<T | undefined>,
  intervalMs = 25,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await pause(intervalMs);
  }
}
