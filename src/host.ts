import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Adapter, Host } from "./adapter.ts";
import { complete } from "./command/complete.ts";
import { runLine, runOptions } from "./command/table.ts";
import type { Core } from "./core.ts";
import type { HttpServer } from "./http.ts";
import type { Logger } from "./logger.ts";
import type { Connections } from "./operate/connections.ts";
import { channelUnusable, channelUsable, type PauseDeps } from "./relay/pause.ts";
import type { AdapterStore } from "./store/adapter-store.ts";

const OWN_AGAIN_MS = 1000;
const OWN_CHECK_MS = 2000;
/** Longer than the checks are apart, by which it is said again. */
const UP_FOR_MS = 10_000;

/** What one adapter is given. `ensure` is told what keeps its never-ending jobs alive, `connections` what the platform is connected by. */
export function hostFor(
  core: Core,
  adapter: Adapter,
  http: HttpServer | null,
  ensure: (again: () => Promise<void>) => void,
  log: Logger,
  connections?: Connections,
): Host {
  const { store, commands } = core;
  const { channels, queues } = store;
  const pauses: PauseDeps = { channels, wake: async (channel) => await queues.wake(channel) };
  const own = log.child({ platform: adapter.platform });
  const memory = store.adapter(adapter.platform);
  return {
    commands,
    runLine: async (context, line) => await runLine(commands, context, line, own),
    run: async (context, command, options) => await runOptions(commands, context, command, options, own),
    complete: async (context, command, option, typed, options) =>
      await complete(core.commandDeps, commands, context, { command, option, typed, options }).catch(
        (error: unknown) => {
          own.warn({ err: error, channel: context.channel }, "completion broke off");
          return [];
        },
      ),
    claim: async (id) => await memory.claim(id, randomUUID()),
    finish: async (id) => await memory.finish(id),
    own: (name, run) => {
      connections?.add(adapter.platform, name);
      const queue = `inbound-${adapter.platform}-${name}`;
      queues.workPerpetual(queue, 1, async (_id, signal) => await ownedRun(memory, name, run, signal, own));
      ensure(async () => await queues.ensure(queue, ["owner"]));
    },
    memory: {
      get: async (name) => await memory.get(name),
      set: async (name, value, keepMs) => await memory.set(name, value, keepMs),
    },
    usable: async (channel) => await channelUsable(pauses, channel),
    unusable: async (channel, why, isGone) => await channelUnusable(pauses, channel, why, isGone),
    moved: async (from, to) => {
      await channels.markMoved(from, to);
    },
    http,
    log: own,
  };
}

/** A process that stalled past its lock finds out here that another one holds the connection, and lets go. */
async function ownedRun(
  store: AdapterStore,
  name: string,
  run: Parameters<Host["own"]>[1],
  stopping: AbortSignal,
  log: Logger,
): Promise<number> {
  const number = await store.takeOver(name);
  const lost = new AbortController();
  // One for all the time that it is held: a source keeps every signal that was ever derived from it, a collected one, too.
  const ending = AbortSignal.any([stopping, lost.signal]);
  let isUp = false;
  const note = async (): Promise<void> =>
    await (isUp ? store.noteUp(name, number, UP_FOR_MS) : store.noteDown(name, number)).catch(() => undefined);
  const say = (now: boolean): void => {
    if (now === isUp) return;
    isUp = now;
    void note();
  };
  const watch = (async () => {
    while (!ending.aborted) {
      await sleep(OWN_CHECK_MS, undefined, { signal: ending }).catch(() => undefined);
      if (!(await store.isOwner(name, number).catch(() => true))) lost.abort();
      if (isUp) await note();
    }
  })();
  try {
    await run(ending, say);
  } catch (error) {
    log.error({ err: error, connection: name }, "an inbound connection broke off");
  } finally {
    say(false);
    lost.abort();
    await watch;
  }
  return OWN_AGAIN_MS;
}
