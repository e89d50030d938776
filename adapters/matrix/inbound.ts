import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Effects, type EffectsDeps } from "./effects.ts";
import { isLoggedOut, retryAfterMsOf, wordsOf } from "./failures.ts";
import type { Device } from "./find.ts";
import { type SyncAnswer, syncFilter } from "./sync-answer.ts";

/** The server answers sooner when something happens. */
const LONG_POLL_MS = 30_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
const LOGGED_OUT_MS = 5 * 60_000;
/** Batches whose effects may be under way at once. */
const MAX_OPEN_BATCHES = 20;
const LAST_EFFECTS_MS = 2000;

export interface InboundDeps extends EffectsDeps {
  device(): Promise<Device>;
}

/**
 * The sync. A loop of our own rather than the SDK's, because where it stands is written down only after the effects of
 * what came were done: the SDK's stores save the position on their own schedule, and after a kill commands would be
 * missed. It also keeps nothing of the rooms.
 */
export class Inbound {
  readonly #deps: InboundDeps;
  readonly #effects: Effects;
  readonly #stopping = new AbortController();
  readonly #startedAtMs = Date.now();
  #isBroken = false;
  #say: (isUp: boolean) => void = () => undefined;

  constructor(deps: InboundDeps) {
    this.#deps = deps;
    this.#effects = new Effects(deps);
    // As many as there are commands under way; Node 20 would take more than ten for a leak.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Until `signal` aborts, whatever happens. */
  async run(signal: AbortSignal, say: (isUp: boolean) => void): Promise<void> {
    this.#say = say;
    const ending = AbortSignal.any([signal, this.#stopping.signal]);
    let waitMs = FIRST_WAIT_MS;
    while (!ending.aborted) {
      const startedMs = performance.now();
      try {
        await this.#session(ending);
      } catch (error) {
        if (ending.aborted) return;
        if (performance.now() - startedMs > LONGEST_WAIT_MS) waitMs = FIRST_WAIT_MS;
        this.#report(error);
        const pauseMs = isLoggedOut(error) ? LOGGED_OUT_MS : Math.max(retryAfterMsOf(error) ?? 0, waitMs);
        await sleep(pauseMs, undefined, { signal: ending }).catch(() => undefined);
        waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.#effects.settled(), sleep(LAST_EFFECTS_MS)]);
  }

  /** Syncs from where the last effects were done until something fails. */
  async #session(ending: AbortSignal): Promise<void> {
    const { homeserver, host } = this.#deps;
    const { userId } = await this.#deps.device();
    const name = `sync:${userId}`;
    const filter = syncFilter(userId);
    const failed = new AbortController();
    const signal = AbortSignal.any([ending, failed.signal]);
    let since = await host.memory.get(name);
    let saved: Promise<void> = Promise.resolve();
    let open = 0;
    while (!signal.aborted) {
      const query = { filter, ...(since === null ? {} : { since }) };
      const answer = await homeserver
        .sync<SyncAnswer>(query, since === null ? 0 : LONG_POLL_MS, signal)
        .catch((error: unknown) => {
          throw failed.signal.aborted ? failed.signal.reason : error;
        });
      this.#report(null);
      open += 1;
      const done = this.#effects.apply(
        { userId, since, answer, startedAtMs: this.#startedAtMs },
        this.#stopping.signal,
      );
      const before = saved;
      saved = (async () => {
        await Promise.all([before, done]);
        open -= 1;
        if (!ending.aborted) await host.memory.set(name, answer.next_batch);
      })();
      saved.catch((error: unknown) => failed.abort(error));
      if (open >= MAX_OPEN_BATCHES) await saved;
      since = answer.next_batch;
    }
    if (failed.signal.aborted) throw failed.signal.reason;
  }

  /** Says once that it broke, and once that it is whole again. */
  #report(error: unknown): void {
    const { log } = this.#deps.host;
    this.#say(error === null);
    if (error === null) {
      if (this.#isBroken) log.info("Matrix sync works again");
      this.#isBroken = false;
      return;
    }
    if (isLoggedOut(error))
      log.error(
        { reason: wordsOf(error) },
        "the homeserver does not know MATRIX_ACCESS_TOKEN any more: Matrix stands still until there is a new one (docs/matrix.md)",
      );
    else if (!this.#isBroken) log.warn({ reason: wordsOf(error) }, "Matrix sync broke off, and is tried again");
    this.#isBroken = true;
  }
}
