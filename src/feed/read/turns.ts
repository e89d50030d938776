import { setImmediate as nextTurn } from "node:timers/promises";

export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Runs what it is given one after the other, in the order given; a failure is the caller's and stops nobody else. Between two
 * the event loop turns, so that many at once hold up timers, locks and posts no longer than one does.
 */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const result = last.then(work);
    // Not the result itself: it would be kept until the next turn.
    last = result.then(
      async () => await nextTurn(),
      async () => await nextTurn(),
    );
    return await result;
  };
}
