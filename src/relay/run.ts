import type { DeliveryFailure } from "../adapter.ts";
import type { Logger } from "../logger.ts";
import type { Restoration } from "../store/restoration.ts";
import type { ComposeDeps } from "./compose.ts";

export interface DeliverDeps extends ComposeDeps {
  readonly installation: string;
  /** null for a state that was never restored from a backup. */
  readonly restoration: Restoration | null;
  /** How long one attempt may take. */
  readonly attemptMs: number;
  /** How long after an attempt's end its message may still appear. */
  readonly settleMs: number;
  /** Ends a post that is under way when the process must exit. */
  readonly cut: AbortSignal;
  readonly log: Logger;
  /** Told of each attempt how it ended. */
  readonly onSent?: (sent: Sent) => void;
}

/** How an attempt ended. `posted` may have been found out later. */
export interface Sent {
  readonly kind: "post" | "edit" | "detail";
  readonly end: "posted" | DeliveryFailure | "held";
  /** Since its first entry was offered to the channel; null where that is not known, and for what did not land. */
  readonly waitedMs: number | null;
}

/** The channel, the proof that this is its only writer, and what the steps of one run share. */
export interface Run {
  readonly deps: DeliverDeps;
  readonly channel: string;
  readonly epoch: string;
}

/** `on` to the next step, or the end of this run: nothing more to do (null), or again in so many ms. */
export type Step = "on" | number | null;
