import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../src/adapter.ts";
import { isLoggedOut, retryAfterMsOf, statusOf, wordsOf } from "./failures.ts";
import type { Homeserver } from "./homeserver.ts";

/** Who asked has given up by then, or asked again. */
const GIVE_UP_MS = 5 * 60_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** A transaction id of what it is derived from: said again by another process, it is the same message. */
export function transactionOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("base64url").slice(0, 24);
}

/**
 * Repeats a request that may be repeated until it is answered. Returns whether it succeeded; refusals end it, and so does
 * the time. Throws when `stopping` aborts, and when we are logged out: then it is for later.
 */
export async function persist(
  what: string,
  request: () => Promise<unknown>,
  log: Host["log"],
  stopping: AbortSignal,
): Promise<boolean> {
  const endMs = performance.now() + GIVE_UP_MS;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    stopping.throwIfAborted();
    try {
      await request();
      return true;
    } catch (error) {
      if (isLoggedOut(error)) throw error;
      const limitedMs = retryAfterMsOf(error);
      const isRefused = limitedMs === null && statusOf(error) >= 400 && statusOf(error) < 500;
      if (isRefused || performance.now() > endMs) {
        log.warn({ what, reason: wordsOf(error) }, "the homeserver refused what was to be done in a room");
        return false;
      }
      await sleep(Math.max(limitedMs ?? 0, waitMs), undefined, { signal: stopping });
    }
  }
}

/** Says something besides posts: at most once, and as soon as the server lets it. Returns the event's id, null when it is refused. */
export async function say(
  homeserver: Homeserver,
  message: { readonly room: string; readonly transaction: string; readonly content: object },
  log: Host["log"],
  stopping: AbortSignal,
): Promise<string | null> {
  const { room, transaction, content } = message;
  let eventId: string | null = null;
  const send = async (): Promise<void> => {
    eventId = await homeserver.send(room, transaction, content, stopping);
  };
  await persist(`saying something in ${room}`, send, log, stopping);
  return eventId;
}
