import type { Core } from "./core.ts";
import { IMPORT_QUEUE } from "./import/import-queue.ts";
import { runImport } from "./import/run-import.ts";
import type { Logger } from "./logger.ts";

const CHANNELS_AT_ONCE = 4;

/** Lets this process carry out imports, beside all others that do. */
export function workImports({ store, commandDeps }: Core, log: Logger): void {
  const { imports, queues } = store;
  const deps = { imports, follow: commandDeps.follow, wake: commandDeps.wake, log };
  queues.work(IMPORT_QUEUE, CHANNELS_AT_ONCE, async (channel, signal) => await runImport(deps, channel, signal));
}

/** An import that is written down and whose job was lost is carried out all the same. */
export async function wakeImports({ store, poll, commandDeps }: Core): Promise<void> {
  for (const channel of await store.imports.open(await poll.nowMs())) await commandDeps.startImport(channel);
}
