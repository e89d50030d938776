import { createHash } from "node:crypto";
import type { DeliverDeps } from "./run.ts";

/** What begins the key of each delivery. Entries recorded after a restore may have numbers that others had before: no key may be one of theirs. */
export function namespaceOf({ installation, restoration }: Pick<DeliverDeps, "installation" | "restoration">): string {
  return restoration === null ? installation : `${installation} ${restoration.id}`;
}

/**
 * The name of one message, the same for every attempt, process and restart: 24 characters, since a Discord nonce has 25 at
 * most. `part` counts the messages of one delivery, `generation` deliberate repetitions.
 */
export function deliveryKey(
  namespace: string,
  channel: string,
  items: readonly string[],
  part: number,
  generation: number,
): string {
  const facts = [namespace, channel, String(part), String(generation), ...items];
  return createHash("sha256").update(facts.join("\0")).digest("base64url").slice(0, 24);
}
