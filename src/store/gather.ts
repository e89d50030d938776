import { setImmediate as endOfTurn } from "node:timers/promises";

/** Collects what is asked for in one turn of the event loop, and does it at once. */
export type Gathered<T> = (key: number, item: T) => Promise<void>;

/** `work` is given, for each key, the items that came since its last turn; whoever gave one waits for that work. */
export function gatherPerTurn<T>(work: (key: number, items: readonly T[]) => Promise<void>): Gathered<T> {
  const open = new Map<number, { readonly items: T[]; readonly done: Promise<void> }>();
  return async (key, item) => {
    const known = open.get(key);
    if (known !== undefined) {
      known.items.push(item);
      return await known.done;
    }
    const items = [item];
    const done = endOfTurn().then(async () => {
      open.delete(key);
      return await work(key, items);
    });
    open.set(key, { items, done });
    await done;
  };
}
