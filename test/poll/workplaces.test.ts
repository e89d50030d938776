import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ReadingDeps } from "../../src/poll/reading.ts";
import { inPlace, type Workplace, Workplaces } from "../../src/poll/workplaces.ts";

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

/** Nothing is fetched or read with it. */
const noReading: ReadingDeps = {
  fetcher: {
    fetch: async () => await Promise.reject(new Error("fetched")),
    close: async () => await Promise.resolve(),
  },
  reader: { read: async () => await Promise.reject(new Error("read")), close: async () => await Promise.resolve() },
  gate: async () => await Promise.resolve(null),
};

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

test("a poll that gets its place when its claim has run out is not begun, and leaves the place to the next", async () => {
  const places = new Workplaces(1, PATIENCE_MS);
  const first = await places.take();
  const held = new Set(["a", "b"]);
  const begun: string[] = [];
  const polls = ["a", "b"].map(
    async (name) =>
      await inPlace(
        places,
        noReading,
        () => held.has(name),
        async () => await Promise.resolve(begun.push(name)),
      ),
  );
  held.delete("a");
  first.leave();
  expect(await Promise.all(polls)).toEqual([{ kind: "late" }, 1]);
  expect(begun).toEqual(["b"]);
});
