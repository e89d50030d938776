import type { Redis } from "./connection.ts";
import { installationKey } from "./keys.ts";
import { NOW } from "./lua.ts";
import { run, script } from "./script.ts";

/** The key does nothing but choose the node of a cluster: one clock, as long as its slot stays. */
const time = script(`
${NOW}
return now
`);

/** Redis time in ms. */
export async function readTime(redis: Redis): Promise<number> {
  return Number(await run(redis, time, [installationKey], []));
}

/** An answer of Redis is good for so long; the machine's own clock counts from there. */
const KEEP_MS = 1000;

/** Redis time in ms, asked for once a second at most: a poll that finds nothing new should not cost a question for the time. */
export function sharedClock(ask: () => Promise<number>): () => Promise<number> {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve({ redisMs: 0, atMs: 0 });
  return async () => {
    const ageMs = Date.now() - askedAtMs;
    // Also after a sleep of the machine, and after its clock was set back.
    if (!(ageMs >= 0 && ageMs < KEEP_MS)) {
      askedAtMs = Date.now();
      // The answer may have been long in coming.
      answer = ask().then((redisMs) => ({ redisMs, atMs: Date.now() }));
      answer.catch(() => {
        askedAtMs = Number.NEGATIVE_INFINITY;
      });
    }
    const { redisMs, atMs } = await answer;
    return redisMs + Math.max(0, Date.now() - atMs);
  };
}
