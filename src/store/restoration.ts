import type { Redis } from "./connection.ts";
import { restorationKey } from "./keys.ts";

/** Which backup the state comes from. Times are Redis time in ms. */
export interface Restoration {
  /** Random. */
  readonly id: string;
  /** Nothing that was posted before is missing in the state. */
  readonly takenAtMs: number;
  readonly restoredAtMs: number;
}

/** null for a state that was never restored. */
export async function readRestoration(redis: Redis): Promise<Restoration | null> {
  const json = await redis.get(restorationKey);
  return json === null ? null : (JSON.parse(json) as Restoration);
}
