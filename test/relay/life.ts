import { around } from "./around.ts";

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
  return around(target, async (_name, call) => await life.step(call));
}
