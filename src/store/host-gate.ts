import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { gateKey } from "./keys.ts";
import { run, script } from "./script.ts";

/** Prolongs a host gate only for its owner. KEYS gate · ARGV token, ms. */
const keepGate = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

/** Gives a host gate back only for its owner; it stays closed to all for a pause. KEYS gate · ARGV token, pause in ms, 0 for none. */
const leaveGate = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('DEL', KEYS[1]) end
return redis.call('SET', KEYS[1], 'pause', 'PX', ARGV[2])
`);

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
