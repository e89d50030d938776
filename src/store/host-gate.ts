import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { keepGate, leaveGate } from "./feed-scripts.ts";
import { gateKey } from "./keys.ts";
import { run } from "./script.ts";

/** Lets one request at a time through to each host, over all processes. */
export type Release = () => Promise<void>;

/**
 * Returns null when a request to the host is under way, or ended less than `pauseMs` ago. The gate opens by itself `holdMs`
 * after its holder died; a living holder prolongs it.
 */
export async function enterHost(redis: Redis, host: string, holdMs: number, pauseMs = 0): Promise<Release | null> {
  const key = gateKey(host);
  const token = randomUUID();
  const entered = await redis.set(key, token, "PX", Math.round(holdMs), "NX");
  // A command sent again after a lost connection may find its own first effect.
  if (entered !== "OK" && (await redis.get(key)) !== token) return null;
  const beat = setInterval(
    () => void run(redis, keepGate, [key], [token, Math.round(holdMs)]).catch(() => undefined),
    holdMs / 3,
  );
  return async () => {
    clearInterval(beat);
    await run(redis, leaveGate, [key], [token, Math.round(pauseMs)]);
  };
}
