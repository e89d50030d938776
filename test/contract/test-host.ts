import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import type { Claim, Host } from "../../src/adapter.ts";
import type { Command } from "../../src/command/command.ts";
import { done } from "../../src/command/reply.ts";

/** What outlives an adapter's process. */
export interface Kept {
  readonly values: Map<string, string>;
  readonly claims: Map<string, Claim>;
  /** What the adapter said of channels, in order. */
  readonly said: string[];
}

export function nothingKept(): Kept {
  return { values: new Map(), claims: new Map(), said: [] };
}

export interface TestHost extends Host {
  /** Ends what was given to `own`, and waits for it. */
  stop(): Promise<void>;
}

/** A host in memory for one adapter; what it keeps can be handed to the next one, as after a restart. */
export function testHost(kept: Kept, changes: Partial<Host> = {}, commands: readonly Command[] = []): TestHost {
  const stopping = new AbortController();
  const owned: Promise<void>[] = [];
  return {
    commands,
    runLine: async () => await Promise.resolve(done([])),
    run: async () => await Promise.resolve(done([])),
    complete: async () => await Promise.resolve([]),
    claim: async (id) => {
      const before = kept.claims.get(id);
      if (before === undefined) kept.claims.set(id, "begun");
      return await Promise.resolve(before ?? "new");
    },
    finish: async (id) => {
      await Promise.resolve(kept.claims.set(id, "done"));
    },
    own: (_name, run) => void owned.push(hold(run, stopping.signal)),
    memory: {
      get: async (name) => await Promise.resolve(kept.values.get(name) ?? null),
      set: async (name, value) => {
        await Promise.resolve(kept.values.set(name, value));
      },
    },
    usable: async (channel) => say(kept, `usable ${channel}`),
    unusable: async (channel, why, isGone = false) => say(kept, `${isGone ? "gone" : "unusable"} ${channel}: ${why}`),
    moved: async (from, to) => say(kept, `moved ${from} ${to}`),
    http: null,
    log: pino({ level: "silent" }),
    ...changes,
    stop: async () => {
      stopping.abort();
      await Promise.all(owned);
    },
  };
}

async function say(kept: Kept, what: string): Promise<void> {
  await Promise.resolve(kept.said.push(what));
}

async function hold(run: Parameters<Host["own"]>[1], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await run(signal, () => undefined).catch(() => undefined);
    await sleep(50, undefined, { signal }).catch(() => undefined);
  }
}
