import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Workplace, Workplaces } from "../../src/poll/workplaces.ts";

const PATIENCE_MS = 30;

/** Somebody who asks for a place, and the order in which places were given. */
function crowd(places: Workplaces): { readonly come: (name: string) => Promise<Workplace>; readonly given: string[] } {
  const given: string[] = [];
  const come = async (name: string): Promise<Workplace> => {
    const place = await places.take();
    given.push(name);
    return place;
  };
  return { come, given };
}

/** As long as any promise here may need that waits for no time. */
const settled = async (): Promise<void> => await pause(2);

test("no more are at work than there are places, and the next in line gets the one that is left", async () => {
  const { come, given } = crowd(new Workplaces(2, PATIENCE_MS));
  const [a, , c] = [come("a"), come("b"), come("c"), come("d")];
  await settled();
  expect(given).toEqual(["a", "b"]);
  (await a).leave();
  await settled();
  expect(given).toEqual(["a", "b", "c"]);
  (await c).leave();
  await settled();
  expect(given).toEqual(["a", "b", "c", "d"]);
});

test("who is answered quickly keeps the place, and for as long as the rest takes", async () => {
  const { come, given } = crowd(new Workplaces(1, PATIENCE_MS));
  const a = await come("a");
  void come("b");
  expect(await a.away(Promise.resolve("answer"))).toBe("answer");
  await expect(a.away(Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  await pause(2 * PATIENCE_MS);
  expect(given).toEqual(["a"]);
  a.leave();
  await settled();
  expect(given).toEqual(["a", "b"]);
});

test("who waits long gives the place away, and goes on at once when the answer comes; then one more has to leave", async () => {
  const { come, given } = crowd(new Workplaces(1, PATIENCE_MS));
  const a = await come("a");
  const b = come("b");
  let answer: () => void = () => undefined;
  const away = a.away(new Promise<void>((resolve) => (answer = resolve)));
  await (await b).away(Promise.resolve());
  void come("c");
  answer();
  await away;
  (await b).leave();
  await settled();
  expect(given).toEqual(["a", "b"]);
  a.leave();
  await settled();
  expect(given).toEqual(["a", "b", "c"]);
});
