/** What a person sees of one message. */
export interface Seen {
  /** It stands in the thread of another message. */
  readonly isInThread?: boolean;
  readonly text: string;
  /** Where the entries in it link to, in order. */
  readonly urls: readonly string[];
}

/** What goes wrong, each share between 0 and 1. Defaults: nothing does. */
export interface Trouble {
  readonly limited?: number;
  readonly failing?: number;
  readonly cutBefore?: number;
  readonly cutAfter?: number;
  /** Requests that reach the platform's core late, although their sender has hung up. */
  readonly late?: number;
  readonly lateMs?: number;
  /** How long a message is missing from what history shows. */
  readonly historyLagMs?: number;
  /** Discord: how long a nonce is remembered; null for ever. */
  readonly nonceWindowMs?: number | null;
  readonly historyRefused?: boolean;
}

/** A command that somebody said. */
export interface Said {
  /** False when nothing answered within the time that the platform allows, or a person would wait. */
  readonly answered: Promise<boolean>;
  /** What the answer says, as soon as there is one within half a minute; else empty. */
  words(): Promise<string>;
  /** How many answers there are by now. */
  answers(): number | Promise<number>;
}

/** A chat platform for the chaos harness: servers of our own, or a real homeserver behind a proxy of ours. */
export interface PlatformStage {
  readonly platform: string;
  /** Variables that point a bot at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Ids of so many channels in which the bot may post. */
  channels(count: number): Promise<readonly string[]>;
  /** Oldest first; messages that were deleted are not seen. Notices and answers have no urls. */
  seen(channel: string): Promise<readonly Seen[]>;
  /** Somebody who manages the channel says a command there, without `/wire` or `!wire` in front. */
  say(channel: string, line: string): Promise<Said>;
  /** Until what is said reaches a bot; what is said before may be lost. */
  whenConnected(): Promise<void>;
  /** From now on. */
  trouble(trouble: Trouble): void;
  /** Called when a message was accepted and before the answer goes out; awaited. */
  onAccepted: (() => Promise<void>) | null;
  /** How `find` fared is known from the bots' logs; this counts what the platform did, in words. */
  summary(): string;
  close(): Promise<void>;
}
