import { setTimeout as sleep } from "node:timers/promises";
import type { HostGate } from "./outcome.ts";
import type { StopSignal } from "./stop-signal.ts";

const LOOK_MS = 100;

/**
 * The host gate, seen from one chain of redirects: through one host at a time. A redirect within a host keeps the gate, since
 * the two requests are one question; otherwise the host is given back first.
 */
export class ChainGate {
  readonly #gate: HostGate;
  readonly #patienceMs: number;
  readonly #signal: StopSignal;
  #host: string | null = null;
  #release: () => Promise<void> = async () => {};

  constructor(gate: HostGate, patienceMs: number, signal: StopSignal) {
    this.#gate = gate;
    this.#patienceMs = patienceMs;
    this.#signal = signal;
  }

  /** False when the host is busy. Behind a redirect it is waited for: to give up would mean to ask the first host once more. */
  async enter(host: string): Promise<boolean> {
    if (this.#host === host) return true;
    const isFirst = this.#host === null;
    await this.leave();
    const release = await (isFirst ? this.#gate(host) : this.#wait(host));
    if (release === null) return false;
    this.#host = host;
    this.#release = release;
    return true;
  }

  async leave(): Promise<void> {
    const release = this.#release;
    this.#release = async () => {};
    await release();
  }

  async #wait(host: string): ReturnType<HostGate> {
    const started = performance.now();
    for (;;) {
      const release = await this.#gate(host);
      const isOver = this.#signal.aborted || performance.now() - started >= this.#patienceMs;
      if (release !== null || isOver) return release;
      await sleep(LOOK_MS);
    }
  }
}
