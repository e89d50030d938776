import { randomBytes } from "node:crypto";
import { type Adapter, type Delivery, DeliveryError, NEW, type Outgoing } from "../../src/adapter.ts";
import type { Summary } from "../../src/summary/summary.ts";

/** What a person sees of one message. */
export interface SeenMessage {
  readonly text: string;
  /** Reference of the message in whose thread it stands; empty or none outside of threads. */
  readonly threadRoot?: string;
}

/** What a platform's server does with the next request that posts or edits a message. */
export type Fault = "429" | "500" | "cut before accepting" | "cut after accepting" | "rejected";

/** The way to a platform that is reached over a network, and what its people may do. */
export interface Network {
  next(fault: Fault): void;
  /** How many requests that post or edit a message have arrived. */
  requests(): number;
  /** Somebody deletes a message of ours. */
  deleteMessage(channel: string, ref: string): Promise<void>;
  /** Takes the right to post in the channel. */
  forbid(channel: string): Promise<void>;
  /** From now on the platform does not know the bot's token. */
  revokeToken(): Promise<void>;
}

/** A platform that a test may look at and break. */
export interface Stage {
  readonly adapter: Adapter;
  /** A channel in which the adapter may post. */
  readonly channel: string;
  /** A channel in which it never can. */
  readonly unusableChannel: string;
  /** null where nothing is sent over a network. */
  readonly network: Network | null;
  /** What people see in a channel, oldest first. */
  seen(channel: string): Promise<readonly SeenMessage[]>;
  /** A new process on the same state: the old one is as if killed. */
  restart(): Promise<Stage>;
  close(): Promise<void>;
}

export function summaryOf(changes: Partial<Summary> = {}): Summary {
  return {
    entryId: "feed.1",
    title: "A title",
    url: "https://blog.example/post",
    author: "Ada Quill",
    source: "",
    publishedAt: "2026-01-02T03:04:05.000Z",
    publishedText: "2026-01-02 03:04 UTC",
    excerpt: {
      type: "root",
      children: [{ type: "paragraph", children: [{ type: "text", value: "What it says." }] }],
    },
    image: "",
    imageAlt: "",
    protected: false,
    minutes: 0,
    ...changes,
  };
}

export const feed = { id: "feed", url: "https://blog.example/feed.xml", title: "The blog" };

export function postOf(changes: Partial<Summary> = {}): Outgoing {
  return { kind: "post", feed, summary: summaryOf(changes) };
}

/** What entries of these titles say, for a thread. */
export function detailsOf(...titles: readonly string[]): Outgoing {
  return { kind: "details", posts: titles.map((title) => ({ feed, summary: summaryOf({ title }) })) };
}

/** A post that calls somebody. */
export function callingPost(mention: string, changes: Partial<Summary> = {}): Outgoing {
  return { kind: "post", feed, summary: summaryOf(changes), mention };
}

export function deliveryOf(
  stage: Pick<Stage, "adapter" | "channel">,
  outgoing: Outgoing,
  channel = stage.channel,
): Delivery {
  const nowMs = Date.now();
  return {
    key: randomBytes(18).toString("base64url"),
    channel,
    message: stage.adapter.render(outgoing),
    aim: NEW,
    firstAttemptAtMs: nowMs,
    attemptAtMs: nowMs,
  };
}

/** An edit of the message `ref`, with a key of its own. */
export function editOf(
  stage: Pick<Stage, "adapter" | "channel">,
  ref: string,
  outgoing: Outgoing,
): Delivery & { readonly ref: string } {
  return { ...deliveryOf(stage, outgoing), aim: { kind: "edit", ref }, ref };
}

/** An attempt with all the time it needs. */
export const inTime = { signal: new AbortController().signal, handOver: (): void => undefined };

export async function failureOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return "none";
  } catch (error) {
    return error instanceof DeliveryError ? error.kind : `not sorted: ${String(error)}`;
  }
}

/** Opens a stage, runs, and closes it. */
export type On = (run: (stage: Stage) => Promise<void>) => Promise<void>;
