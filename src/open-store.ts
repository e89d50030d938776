import type { Config } from "./config.ts";
import type { Logger } from "./logger.ts";
import type { NewerStateError } from "./store/state-version.ts";
import { Store, type StoreOptions } from "./store/store.ts";

const REPEAT_MS = 10_000;

export interface OpenStore {
  readonly store: Store;
  /** Resolves when a newer version of Planetwire takes the state over: then this process must end. */
  readonly outdated: Promise<NewerStateError>;
}

/** Throws as `Store.open`. */
export async function openStore(config: Config, role: StoreOptions["role"], log: Logger): Promise<OpenStore> {
  const { promise: outdated, resolve: onNewerState } = newerState();
  const store = await Store.open({
    redisUrl: config.redisUrl,
    dataDir: config.dataDir,
    lockMs: config.lockMs,
    editWaitMs: config.editWaitMs,
    role,
    onError: sayOnce(log),
    onWarning: (text) => log.warn({ text }, "Redis may lose what it acknowledged"),
    onNewerState,
  });
  return { store, outdated };
}

function newerState(): {
  readonly promise: Promise<NewerStateError>;
  readonly resolve: (error: NewerStateError) => void;
} {
  let resolve: (error: NewerStateError) => void = () => undefined;
  const promise = new Promise<NewerStateError>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Every connection says that Redis is away, every second; one line in ten seconds is enough to know. */
function sayOnce(log: Logger): StoreOptions["onError"] {
  const saidAtMs = new Map<string, number>();
  return (error, where) => {
    const reason = error instanceof Error ? error.message : String(error);
    if (Date.now() - (saidAtMs.get(reason) ?? 0) < REPEAT_MS) return;
    saidAtMs.clear();
    saidAtMs.set(reason, Date.now());
    log.warn({ where, reason }, "trouble with Redis");
  };
}
