import { createHash } from "node:crypto";

/**
 * The name of one message, the same for every attempt, process and restart: 24 characters, since a Discord nonce has 25 at
 * most. `part` counts the messages of one delivery, `generation` deliberate repetitions.
 */
export function deliveryKey(
  installation: string,
  channel: string,
  items: readonly string[],
  part: number,
  generation: number,
): string {
  const facts = [installation, channel, String(part), String(generation), ...items];
  return createHash("sha256").update(facts.join("\0")).digest("base64url").slice(0, 24);
}
