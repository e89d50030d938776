import { Histogram } from "../histogram.ts";
import type { Redis } from "./connection.ts";

type Command = Parameters<Redis["sendCommand"]>[0];

/** To look at the clock for each command would cost more than it tells. */
const TIMED_ONE_IN = 16;
const BOUNDS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/**
 * Refusals by their first word. `MISCONF`: nothing can be written to its disk; `OOM`: its memory is used up; `READONLY`: it is a replica. Of the
 * Redis documentation, "Redis serialization protocol", simple errors.
 */
const KINDS = { MISCONF: "misconf", OOM: "oom", READONLY: "readonly" } as const;

/** What this process asks of Redis over the connection that its commands share. */
export class CommandTally {
  commands = 0;
  readonly errors = { misconf: 0, oom: 0, readonly: 0, other: 0 };
  /** From the call to the answer, of one command in sixteen; a wait for Redis to come back is part of it. */
  readonly seconds = new Histogram(BOUNDS_SECONDS);
  isAway = true;
  /** When the connection was last made or lost, by `performance.now()`. */
  changedAtMs = 0;

  noteError(error: unknown): void {
    const [word = ""] = error instanceof Error ? error.message.split(" ", 1) : [];
    // It is sent in full then.
    if (word === "NOSCRIPT" || isGreeting(error)) return;
    this.errors[word in KINDS ? KINDS[word as keyof typeof KINDS] : "other"] += 1;
  }
}

/** Redis 7.0 does not know what the client says of itself after connecting. */
function isGreeting(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("ERR unknown subcommand 'SETINFO'");
}

/** Counts what is sent over `redis` from now on. */
export function countCommands(redis: Redis, tally: CommandTally): void {
  const send = redis.sendCommand.bind(redis) as (command: Command, ...rest: unknown[]) => unknown;
  const onError = (error: unknown): void => tally.noteError(error);
  redis.sendCommand = (command: Command, ...rest: unknown[]): unknown => {
    tally.commands += 1;
    command.promise.then(tally.commands % TIMED_ONE_IN === 0 ? timer(tally) : undefined, onError);
    return send(command, ...rest);
  };
  const note = (isAway: boolean): void => {
    [tally.isAway, tally.changedAtMs] = [isAway, performance.now()];
  };
  redis.on("ready", () => note(false));
  redis.on("close", () => note(true));
}

function timer(tally: CommandTally): () => void {
  const startedMs = performance.now();
  return () => tally.seconds.observe((performance.now() - startedMs) / 1000);
}
