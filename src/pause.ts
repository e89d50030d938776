import { setImmediate as nextTurn } from "node:timers/promises";

/** As long as reading a small document takes; what waits for the event loop waits no longer than a few of these. */
const SLICE_MS = 10;

/** To be called between pieces of a long work: lets the event loop turn whenever the work has had it for 10 ms. */
export function createPause(): () => Promise<void> {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < SLICE_MS) return;
    await nextTurn();
    sinceMs = performance.now();
  };
}
