import type { Dispatcher } from "undici";
import type { AnswerHead } from "./http-answer.ts";
import type { StopSignal } from "./stop-signal.ts";

/** Where the body of an answer goes. `take` returns false when no more is wanted. */
export interface BodyTaker {
  take(chunk: Buffer): boolean;
}

export interface HopAnswer extends AnswerHead {
  /** What broke off the body; null when it ended, and when no more of it was wanted. */
  readonly failure: unknown;
}

/**
 * Sends a request and hands its body on as it comes. undici's `request` makes a stream and a signal of its own for each answer, which
 * costs as much again as a 304 itself.
 *
 * `takerOf` is asked once the head is there; null: no body is wanted, and the connection is given up. Rejects when no head came, with
 * `signal.reason` when it was aborted before.
 */
export async function sendRequest(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: StopSignal,
  takerOf: (head: AnswerHead) => BodyTaker | null,
): Promise<HopAnswer> {
  try {
    return await new Promise<HopAnswer>((resolve, reject) => {
      const handler = new HopHandler(takerOf, resolve, reject);
      signal.tell(() => handler.breakOff(signal.reason));
      dispatcher.dispatch(options, handler);
    });
  } finally {
    signal.tell(null);
  }
}

class NoMoreWanted extends Error {
  override readonly name = "NoMoreWanted";
}

class HopHandler implements Dispatcher.DispatchHandler {
  readonly #takerOf: (head: AnswerHead) => BodyTaker | null;
  readonly #resolve: (answer: HopAnswer) => void;
  readonly #reject: (reason: unknown) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #head: AnswerHead | null = null;
  #taker: BodyTaker | null = null;
  #isOver = false;

  constructor(
    takerOf: (head: AnswerHead) => BodyTaker | null,
    resolve: (answer: HopAnswer) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#takerOf = takerOf;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Ends it now, also while there is no connection yet: the request is not sent then. */
  breakOff(reason: unknown): void {
    this.#end(reason);
    this.#controller?.abort(new NoMoreWanted());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new NoMoreWanted());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: AnswerHead["headers"],
  ): void {
    // An informational answer (RFC 9110 §15.2) comes before the one that counts.
    if (statusCode < 200 || this.#isOver) return;
    this.#head = { statusCode, headers };
    this.#taker = this.#takerOf(this.#head);
    if (this.#taker === null) this.breakOff(null);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver && this.#taker?.take(chunk) === false) this.breakOff(null);
  }

  onResponseEnd(): void {
    this.#end(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(error);
  }

  #end(failure: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#head === null) this.#reject(failure);
    else this.#resolve({ ...this.#head, failure });
  }
}
