import { createHash } from "node:crypto";
import type { Redis } from "./connection.ts";

export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/**
 * A script of ours. After a lost connection the client sends a command again whose answer it never saw, so every script
 * must give the same state when it runs twice in a row.
 */
export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

export async function run(
  redis: Redis,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return await redis.eval(lua, keys.length, ...keys, ...args);
  }
}

/** What `JSON.stringify` writes for half of a surrogate pair. */
const HALF_PAIR = /\\u[dD][89a-fA-F]/;

/** JSON that Redis' cjson can read: half of a surrogate pair, as cut text has it, would make it refuse all of it. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!HALF_PAIR.test(json)) return json;
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "string" ? part.replaceAll(/\p{Surrogate}/gu, "\ufffd") : part,
  );
}

/** `stale`: another process has taken over. `changed`: what was to be changed is not what it was. */
export type Change = { readonly result: "ok" | "stale" | "changed"; readonly nowMs: number };

export function toChange(reply: unknown): Change {
  const [result, now = "0"] = strings(reply);
  return { result: result === "ok" || result === "changed" ? result : "stale", nowMs: Number(now) };
}

/** The reply of a script that returns strings and numbers, as strings. */
export function strings(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}
