import { expect, test } from "vitest";
import { createPause } from "../../src/pause.ts";

function work(ms: number): void {
  const startMs = performance.now();
  while (performance.now() - startMs < ms);
}

test("a long work lets others have their turn between its pieces, and only as often as it must", async () => {
  let turns = 0;
  let isWorking = true;
  const count = (): void => {
    turns += 1;
    if (isWorking) setImmediate(count);
  };
  setImmediate(count);
  const pause = createPause();
  for (let piece = 0; piece < 4; piece += 1) {
    work(12);
    await pause();
  }
  expect(turns).toBeGreaterThanOrEqual(4);
  const before = turns;
  await createPause()();
  expect(turns).toBe(before);
  isWorking = false;
});
