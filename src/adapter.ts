import type { IncomingMessage, ServerResponse } from "node:http";
import type { Command, CommandContext, Completion, TypedOptions } from "./command/command.ts";
import type { Reply } from "./command/reply.ts";
import type { Logger } from "./logger.ts";
import type { Summary } from "./summary/summary.ts";

/** What is to be said, free of any platform. */
export type Outgoing =
  | {
      readonly kind: "post";
      readonly feed: FeedRef;
      readonly summary: Summary;
      /** Whom it calls, as `Preview.toMention` wrote it. Nothing else in it may call anybody. */
      readonly mention?: string;
    }
  | {
      readonly kind: "digest";
      /** One for each feed, in the order of what waited first. Rows are grouped by `byAuthor` of src/summary/digest.ts. */
      readonly sections: readonly DigestSection[];
      /** All are by this author, who is new in the one feed: the heading says so, and the rows need not. */
      readonly joined?: string;
      /** As of a post: once for all of them. */
      readonly mention?: string;
    }
  /** What entries of a digest say, for its thread: as posts, several in one message. */
  | { readonly kind: "details"; readonly posts: readonly DetailPost[] }
  | { readonly kind: "notice"; readonly text: string };

export interface DetailPost {
  readonly feed: FeedRef;
  readonly summary: Summary;
}

export interface DigestSection {
  readonly feed: FeedRef;
  readonly summaries: readonly Summary[];
}

export interface FeedRef {
  readonly id: string;
  readonly url: string;
  readonly title: string;
}

/** Where a message belongs: it is new, it takes the place of one that was posted, or it stands in the thread below one. */
export type Aim =
  | { readonly kind: "new" }
  | { readonly kind: "edit"; readonly ref: string }
  | { readonly kind: "thread"; readonly ref: string };

export const NEW: Aim = { kind: "new" };

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
  readonly aim: Aim;
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

/** One of our messages, as a channel shows it. */
export interface ShownMessage {
  /** As `post` returned it. */
  readonly ref: string;
  /** As `Adapter.headlines`. */
  readonly headlines: readonly string[];
}

/** What a channel shows of ours. */
export type Shown =
  /** Oldest first. Only when the right to read was confirmed and the scan was complete. */
  | { readonly kind: "shown"; readonly messages: readonly ShownMessage[] }
  | { readonly kind: "ask-later"; readonly ms: number }
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

/** A digest, or several details, that do not fit into one message of the platform: the relay makes smaller ones. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/** `begun`: somebody began it and has not finished; when that process is surely dead, it may be run again. */
export type Claim = "new" | "begun" | "done";

/** Small values in Redis, shared by all processes of an installation. */
export interface AdapterMemory {
  get(name: string): Promise<string | null>;
  /** Kept for ever unless `keepMs` says how long. */
  set(name: string, value: string, keepMs?: number): Promise<void>;
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What Planetwire gives to an adapter. Commands never throw: failures are replies. */
export interface Host {
  readonly commands: readonly Command[];
  /** Runs one line such as `authors 1 include Ada`, without the `!wire` in front. */
  runLine(context: CommandContext, line: string): Promise<Reply>;
  /** Runs a command whose options the platform has told apart, all as text. */
  run(context: CommandContext, command: string, options: TypedOptions): Promise<Reply>;
  /** What may be meant by what was typed into an option so far, best first, at most 25. */
  complete(
    context: CommandContext,
    command: string,
    option: string,
    typed: string,
    options: TypedOptions,
  ): Promise<readonly Completion[]>;
  /** Every inbound command counts once, by the id that the platform gave it; kept for a day. */
  claim(id: string): Promise<Claim>;
  finish(id: string): Promise<void>;
  /**
   * Holds an inbound connection that only one process may have. `run` returns when `signal` aborts (the process stops, or
   * another has taken over); when it ends by itself it is run again a second later. After a kill another process takes over
   * within two times LOCK_SECONDS. `run` says when the connection is up and when it is not; it is not when `run` has returned.
   */
  own(name: string, run: (signal: AbortSignal, say: (isUp: boolean) => void) => Promise<void>): void;
  readonly memory: AdapterMemory;
  /** The channel can be posted in (again): a pause that was not a person's ends. */
  usable(channel: string): Promise<void>;
  /**
   * Nothing can be posted there: pauses the channel, with the reason. `isGone`: the bot was removed, or the channel is no more; what is kept of
   * it goes LEFT_KEEP_DAYS later, unless it is usable again before.
   */
  unusable(channel: string, why: string, isGone?: boolean): Promise<void>;
  /** The place goes on under another id: its follows, filters and what waits move there. Resumed by the sweep after a crash. */
  moved(from: string, to: string): Promise<void>;
  /** null when HTTP_PORT is not set. `path` is exact. */
  readonly http: { route(path: string, handler: HttpHandler): void } | null;
  readonly log: Logger;
}

/**
 * A chat platform. All members are required; what a platform lacks is the adapter's own business.
 * `test/contract/adapter-contract.ts` is what every adapter must pass.
 */
export interface Adapter {
  /** The prefix of its channel ids. */
  readonly platform: string;
  /** How much of an entry reads well there, in characters of plain text; a message may hold more. */
  readonly excerptChars: number;
  /** Messages can have a thread: messages of kind `details` with the aim `thread` are sent. */
  readonly hasThreads: boolean;
  /** Throws only what a person must mend before it can work at all; posting does not depend on the inbound side. */
  start(host: Host): Promise<void>;
  /**
   * Pure: the exact bytes to be sent, within the platform's limits, escaped so that feed text is only text. Posts and notices
   * are cut to fit, and so is a single detail; throws `TooLong` for a digest or several details that do not.
   */
  render(outgoing: Outgoing): string;
  /** Sends once, without retries of its own, and returns the platform's reference of the message. */
  post(delivery: Delivery, attempt: Attempt): Promise<string>;
  /** Called only after the deadline of the last attempt and the settling time have passed. */
  find(delivery: Delivery): Promise<Found>;
  /**
   * Shows `delivery.message` in the place of what the message `ref` shows, in one request and without a sound: nobody is
   * notified again. Made twice it is made once, so nobody looks whether an uncertain edit landed. Fails as `post` does: an
   * edit of what somebody deleted is `message-rejected`.
   */
  edit(delivery: Delivery, ref: string, attempt: Attempt): Promise<void>;
  /**
   * Pure: by what each entry of a message is known again in the channel, made with `headline` of src/summary/headline.ts of its link and its title
   * as they are shown there, in any order; of a notice, its words. `message` is what `render` returned.
   */
  headlines(message: string): readonly string[];
  /**
   * Our messages in the channel since then (Redis time in ms; a little more does no harm), without those in threads of messages. Asked
   * after a backup was restored, which knows nothing of them. `feeds`: whose messages may stand in a place of their own.
   */
  shownSince(channel: string, sinceMs: number, feeds: readonly FeedRef[]): Promise<Shown>;
  stop(): Promise<void>;
}

/** How a platform writes, for those who want to see it: needs no token, loads no SDK. */
export interface Preview {
  /** As the adapter's own. */
  readonly excerptChars: number;
  /** What is sent for a post, as people can read it: its markup or its JSON. */
  post(feed: FeedRef, summary: Summary): string;
  /**
   * Whom a person means who typed this, in the one way in which it is kept and handed back as `mention`: a role, a group, a person, or
   * everybody in the channel. null when it is nobody. Pure.
   */
  toMention(typed: string): string | null;
  /**
   * Where people find a message that was posted: `ref` is what `post` returned, `recall` reads what the adapter remembers. null where
   * the platform has no such address, or not enough is known.
   */
  messageLink(channel: string, ref: string, recall: AdapterMemory["get"]): Promise<string | null>;
  /** Under which names the adapter remembers something of this channel alone: it goes when the channel is forgotten. */
  memories(channel: string): readonly string[];
  /** Id of the server or workspace that a channel belongs to; null where there is no such thing, or it is not known. */
  workspaceOf(channel: string, recall: AdapterMemory["get"]): Promise<string | null>;
}

/** One thing that `npm run doctor` looked at on a platform. */
export interface Finding {
  readonly isGood: boolean;
  /** What was found, in words for the person who set it up. */
  readonly text: string;
  /** Where something is wrong: the click, command or link that mends it. */
  readonly mend: string;
}
