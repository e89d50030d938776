import { type PollDeps, pollFeed } from "../../src/poll/poll-feed.ts";
import { never } from "./polling.ts";

/** A clock that is put on by hand, so that days of polling take no time. */
export interface Clock {
  nowMs: number;
}

/** As the schedule would: each poll when the one before said, from `clock` until `endMs`. Returns the times of all polls. */
export async function pollUntil(deps: PollDeps, feedId: string, clock: Clock, endMs: number): Promise<number[]> {
  const times: number[] = [];
  while (clock.nowMs < endMs) {
    times.push(clock.nowMs);
    const result = await pollFeed({ ...deps, nowMs: async () => await Promise.resolve(clock.nowMs) }, feedId, never);
    if (result.kind !== "polled") throw new Error(`the poll said ${result.kind}`);
    clock.nowMs += result.nextInMs;
  }
  return times;
}
