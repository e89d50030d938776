export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs what it is given one after the other, in the order given; a failure is the caller's and stops nobody else. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const result = last.then(work);
    // Not the result itself: it would be kept until the next turn.
    last = result.then(
      () => undefined,
      () => undefined,
    );
    return await result;
  };
}
