import { hash } from "node:crypto";

/** Feeds of one host share a shard, and so does the host's gate. `hostname` as in `URL.hostname`: without the port. */
export function shardOfHost(hostname: string, count: number): number {
  return Number.parseInt(hash("sha256", hostname, "hex").slice(0, 8), 16) % count;
}
