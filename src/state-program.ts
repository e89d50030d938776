import { ConfigError } from "./config.ts";
import { keepPrivate } from "./keep-private.ts";
import { NewerStateError } from "./store/state-version.ts";
import { closeRedis, type OpenRedis, openRedis, type RedisOptions } from "./store/open-redis.ts";

/** Of a program that is told of a state which only a newer Planetwire can work on: starting it again cannot help. */
export const NEWER_STATE_STATUS = 3;
const USAGE_STATUS = 2;
const SAY_EVERY_MS = 1000;

/** The words of the command line are not what the program takes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** With a connection to the Redis of this configuration, closed behind it, and nothing written to it yet. */
export async function withRedis<T>(
  options: Pick<RedisOptions, "redisUrl" | "dataDir" | "role">,
  run: (opened: OpenRedis) => Promise<T>,
): Promise<T> {
  const all = { ...options, onError: (): void => undefined, onWarning: (): void => undefined };
  const opened = await openRedis(all);
  try {
    return await run(opened);
  } finally {
    await closeRedis(opened.redis, opened.name, all);
  }
}

/** Says on standard error how far it is, once a second at most. */
export function sayer(text: (done: number, all: number) => string): (done: number, all?: number) => void {
  let saidAtMs = performance.now();
  return (done, all = 0) => {
    if (performance.now() - saidAtMs < SAY_EVERY_MS) return;
    saidAtMs = performance.now();
    process.stderr.write(`${text(done, all)}\n`);
  };
}

/** Runs a program to its end; the exit status is 0 done, 1 refused with the reason on standard error, 2 wrong usage, 3 a newer state. */
export async function runProgram(main: (argv: readonly string[]) => Promise<void>): Promise<never> {
  keepPrivate();
  try {
    await main(process.argv.slice(2));
    process.exit(0);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const problems = error instanceof ConfigError ? error.problems : [said];
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (error instanceof UsageError) process.exit(USAGE_STATUS);
    process.exit(error instanceof NewerStateError ? NEWER_STATE_STATUS : 1);
  }
}
