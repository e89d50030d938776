import type { ChannelStore } from "../../src/store/channel-store.ts";

/** How long a process lives: it is killed at its n-th step, before the step is made or after it. */
export class Life {
  calls = 0;
  #isOver = false;
  readonly #killedAt: number;
  readonly #moment: "before" | "after";

  constructor(killedAt = Infinity, moment: "before" | "after" = "before") {
    this.#killedAt = killedAt;
    this.#moment = moment;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async step<T>(make: () => Promise<T>): Promise<T> {
    this.calls += 1;
    const isLast = this.calls === this.#killedAt;
    if (isLast && this.#moment === "before") this.#isOver = true;
    if (this.#isOver) throw new Error("killed");
    const result = await make();
    if (isLast) this.#isOver = true;
    if (this.#isOver) throw new Error("killed");
    return result;
  }
}

/** The same object as a process sees it whose every call may be its last. */
export function dying<T extends object>(target: T, life: Life): T {
  return new Proxy(target, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return async (...words: readonly unknown[]): Promise<unknown> =>
        await life.step(async () => await (Reflect.apply(value, target, words) as Promise<unknown>));
    },
  });
}

/** As an object of its own, in which one member may be another's. */
export function methodsOf(store: ChannelStore): object {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter((name) => name !== "constructor");
  return Object.fromEntries(names.map((name) => [name, (Reflect.get(store, name) as () => unknown).bind(store)]));
}
