import type { Command, CommandContext } from "./command/command.ts";
import type { Reply } from "./command/reply.ts";
import type { Logger } from "./logger.ts";
import type { Summary } from "./summary/summary.ts";

/** What is to be said, free of any platform. */
export type Outgoing =
  | { readonly kind: "post"; readonly feed: FeedRef; readonly summary: Summary }
  | { readonly kind: "digest"; readonly feed: FeedRef; readonly summaries: readonly Summary[] }
  | { readonly kind: "notice"; readonly text: string };

export interface FeedRef {
  readonly id: string;
  readonly url: string;
  readonly title: string;
}

/**
 * One message on its way to one channel. Everything here was written to the ledger before the first byte leaves and stays
 * the same for every attempt, also by another process and after an upgrade.
 */
export interface Delivery {
  /** Derived, never random: 24 characters of base64url. Serves as Matrix transaction id, Discord nonce, Slack metadata. */
  readonly key: string;
  /** `<platform>:<the platform's own id>`. */
  readonly channel: string;
  /** The adapter's own `render` output. */
  readonly message: string;
  /** Redis time in ms of the first attempt: nothing of this delivery is older. */
  readonly firstAttemptAtMs: number;
  /** Redis time in ms of the latest attempt. */
  readonly attemptAtMs: number;
}

/** The time one attempt has. */
export interface Attempt {
  /** Aborts at the attempt's deadline, or when the process must stop. */
  readonly signal: AbortSignal;
  /**
   * Call in the same turn that hands the bytes over. Throws `DeliveryError("try-later")` past the deadline: from then on
   * another process may look for this message, conclude that it is absent and send it.
   */
  handOver(): void;
}

/** Did an uncertain post land? */
export type Found =
  | { readonly kind: "landed"; readonly ref: string }
  /** Only when the right to read was confirmed and the scan was complete. */
  | { readonly kind: "absent" }
  /** The platform itself will deduplicate by the key. */
  | { readonly kind: "safe-to-repeat" }
  | { readonly kind: "ask-later"; readonly ms: number }
  /** The delivery is set aside as held until a person decides. */
  | { readonly kind: "cannot-know"; readonly reason: string };

/** Failures of a post, by what the caller must do. */
export type DeliveryFailure = "try-later" | "uncertain" | "message-rejected" | "channel-unusable";

/** Anything else that `post` throws counts as `uncertain`. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly kind: DeliveryFailure;
  /** For `try-later`: how long the platform asked to wait. */
  readonly retryAfterMs: number;

  constructor(kind: DeliveryFailure, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** What Planetwire gives to an adapter. */
export interface Host {
  readonly commands: readonly Command[];
  /** Runs one line such as `authors 1 include Ada`, without the `!wire` in front. Never throws: failures are replies. */
  runLine(context: CommandContext, line: string): Promise<Reply>;
  /** Small values of the adapter's own, kept with the rest of the state. */
  readonly memory: {
    get(name: string): Promise<string | null>;
    set(name: string, value: string): Promise<void>;
  };
  readonly log: Logger;
}

/**
 * A chat platform. All members are required; what a platform lacks is the adapter's own business.
 * `test/contract/adapter-contract.ts` is what every adapter must pass.
 */
export interface Adapter {
  /** The prefix of its channel ids. */
  readonly platform: string;
  start(host: Host): Promise<void>;
  /** Pure: the exact bytes to be sent, within the platform's limits, escaped so that feed text is only text. */
  render(outgoing: Outgoing): string;
  /** Sends once, without retries of its own, and returns the platform's reference of the message. */
  post(delivery: Delivery, attempt: Attempt): Promise<string>;
  /** Called only after the deadline of the last attempt and the settling time have passed. */
  find(delivery: Delivery): Promise<Found>;
  /** Replaces the content of a message that was posted before. */
  edit(ref: string, message: string): Promise<void>;
  stop(): Promise<void>;
}
