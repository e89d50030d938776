import type { Server } from "./connection.ts";

/** A backup that is killed lets go of everybody after so long. */
const PAUSE_MS = 5000;
const AGAIN_MS = 1000;
/** What the pause was asked for again so late may have ended in between. */
const SAFE_MS = 4000;

/**
 * Every write waits at the servers, reads go on: what is read meanwhile is the state of one instant, over all keys and all nodes. Redis
 * calls it CLIENT PAUSE … WRITE.
 */
export class WritePause {
  readonly #servers: readonly Server[];
  #askedAtMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown = null;
  #ending: Promise<boolean> | undefined;

  constructor(servers: readonly Server[]) {
    this.#servers = servers;
  }

  /** Throws where a server allows it to nobody, or not to us. */
  async begin(): Promise<void> {
    this.#askedAtMs = performance.now();
    await this.#ask();
    this.#timer = setInterval(() => void this.#again(), AGAIN_MS);
  }

  async #again(): Promise<void> {
    const startedAtMs = performance.now();
    try {
      await this.#ask();
      if (startedAtMs - this.#askedAtMs > SAFE_MS) throw new Error("the pause ended in between");
      this.#askedAtMs = startedAtMs;
    } catch (error) {
      this.#failure ??= error;
    }
  }

  async #ask(): Promise<void> {
    await Promise.all(this.#servers.map(async (one) => await one.client("PAUSE", PAUSE_MS, "WRITE")));
  }

  /** Lets everybody go on, once. False when the writes did not wait all the time: then what was read is no one instant's. */
  async end(): Promise<boolean> {
    this.#ending ??= this.#end();
    return await this.#ending;
  }

  async #end(): Promise<boolean> {
    if (this.#timer === undefined) return false;
    clearInterval(this.#timer);
    const held = this.#failure === null && performance.now() - this.#askedAtMs < SAFE_MS;
    await Promise.all(this.#servers.map(async (one) => await one.client("UNPAUSE").catch(() => undefined)));
    return held;
  }
}
