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

/** What a process does, to its end or to that of its life. */
export async function untilOver(life: Life, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!life.isOver) throw error;
  }
}

/** A scene in which one process works as long as it lives, and after it another one to the end. */
export async function succeeded<S extends { timePasses(): Promise<void> }>(
  stage: () => Promise<S>,
  work: (scene: S, life: Life) => Promise<void>,
  life: Life,
): Promise<S> {
  const scene = await stage();
  await untilOver(life, work(scene, life));
  await scene.timePasses();
  await work(scene, new Life());
  return scene;
}
