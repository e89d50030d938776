import {
  type Aim,
  type Delivery,
  DeliveryError,
  type Found,
  NEW,
  type Shown,
  type ShownMessage,
} from "../../src/adapter.ts";
import { headlinesOf } from "./headlines.ts";
import type { Installation } from "./installation.ts";
import { EVENT_TYPE, isMarked, isMarkedAtAll } from "./posting.ts";
import { SlackFailure, type Web } from "./web.ts";

export interface FindDeps {
  readonly web: Web;
  readonly installation: Installation;
}

interface HistoryMessage {
  readonly ts?: string;
  readonly bot_id?: string;
  readonly user?: string;
  readonly blocks?: readonly unknown[];
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: Readonly<Record<string, unknown>> };
}

interface InfoAnswer {
  readonly ok?: boolean;
  readonly channel?: { readonly is_member?: boolean };
}

interface HistoryPage {
  readonly ok?: boolean;
  readonly messages?: readonly HistoryMessage[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string };
}

/** How far Redis' clock may be ahead of Slack's. */
const CLOCK_MARGIN_MS = 120_000;
const PAGE = 200;
const MOST_PAGES = 50;
const SCAN_KEPT_MS = 3_600_000;
const ASK_LATER_MS = 10_000;

/**
 * Did the delivery land? The channel's history since before its first attempt, or that of its thread, to the end, our own messages, by the key in
 * metadata or block ids. Under the strict limits (15 objects, one request a minute) the scan goes on where it stopped.
 */
export async function findDelivery(deps: FindDeps, delivery: Delivery): Promise<Found> {
  try {
    const conversation = await deps.installation.conversationOf(delivery.channel);
    const unread = await mayRead(deps, conversation);
    if (unread !== null) return unread;
    return await scan(deps, conversation, delivery);
  } catch (error) {
    return foundOf(error);
  }
}

/** A bot reads only conversations that it is a member of; without that nothing can be said of what is missing. */
async function mayRead(deps: FindDeps, conversation: string): Promise<CannotKnow | null> {
  const { channel }: InfoAnswer = await deps.web.call("conversations.info", { channel: conversation });
  return channel?.is_member === true ? null : cannotKnow("I am not in the channel and cannot read its history");
}

async function scan(deps: FindDeps, conversation: string, delivery: Delivery): Promise<Found> {
  const { memory } = deps.installation;
  const { botId } = await deps.installation.identity();
  const name = `scan ${delivery.key} ${String(delivery.attemptAtMs)}`;
  let cursor = (await memory.get(name)) ?? "";
  const oldest = ((delivery.firstAttemptAtMs - CLOCK_MARGIN_MS) / 1000).toFixed(6);
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await readPage(deps, delivery.aim, { channel: conversation, oldest, cursor });
    if (page === "stale cursor") cursor = "";
    else {
      const hit = page.messages?.find((message) => isOurs(message, botId) && bears(message, delivery.key));
      if (hit?.ts !== undefined) return { kind: "landed", ref: hit.ts };
      cursor = page.response_metadata?.next_cursor ?? "";
      if (cursor === "" && page.has_more !== true) return { kind: "absent" };
      if (cursor === "") return cannotKnow("Slack says that the history goes on, and not where");
    }
    await memory.set(name, cursor, SCAN_KEPT_MS);
  }
  return { kind: "ask-later", ms: 0 };
}

/** How far a look at a whole history has come. */
interface Look {
  readonly sinceMs: number;
  cursor: string;
  /** Newest first. */
  readonly messages: ShownMessage[];
}

/** Looks that Slack's limits ended for now; a new process begins anew. */
const looks = new Map<string, Look>();

/** All deliveries that the channel shows since then, threads left out. Under the strict limits it goes on where it stopped. */
export async function shownSince(deps: FindDeps, channel: string, sinceMs: number): Promise<Shown> {
  try {
    const conversation = await deps.installation.conversationOf(channel);
    const unread = await mayRead(deps, conversation);
    if (unread !== null) return unread;
    const known = looks.get(channel);
    const look: Look = known?.sinceMs === sinceMs ? known : { sinceMs, cursor: "", messages: [] };
    looks.set(channel, look);
    if (!(await lookOn(deps, conversation, look))) return { kind: "ask-later", ms: 0 };
    looks.delete(channel);
    return { kind: "shown", messages: look.messages.toReversed() };
  } catch (error) {
    return foundOf(error);
  }
}

/** False when there is more. */
async function lookOn(deps: FindDeps, conversation: string, look: Look): Promise<boolean> {
  const { botId } = await deps.installation.identity();
  const oldest = ((look.sinceMs - CLOCK_MARGIN_MS) / 1000).toFixed(6);
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await readPage(deps, NEW, { channel: conversation, oldest, cursor: look.cursor });
    if (page === "stale cursor") {
      look.messages.length = 0;
      look.cursor = "";
      continue;
    }
    for (const message of page.messages ?? []) {
      if (message.ts === undefined || !isOurs(message, botId) || !isDelivery(message)) continue;
      look.messages.push({ ref: message.ts, headlines: headlinesOf(message.blocks ?? []) });
    }
    look.cursor = page.response_metadata?.next_cursor ?? "";
    if (look.cursor === "") return true;
  }
  return false;
}

function isDelivery({ metadata, blocks }: HistoryMessage): boolean {
  return metadata?.event_type === EVENT_TYPE || (blocks?.some(isMarkedAtAll) ?? false);
}

/** The history of a channel shows nothing of its threads. */
async function readPage(
  deps: FindDeps,
  aim: Aim,
  { channel, oldest, cursor }: { readonly channel: string; readonly oldest: string; readonly cursor: string },
): Promise<HistoryPage | "stale cursor"> {
  const where = cursor === "" ? {} : { cursor };
  const all = { channel, oldest, limit: PAGE, include_all_metadata: true, inclusive: true, ...where };
  try {
    const page: HistoryPage = await (aim.kind === "thread"
      ? deps.web.call("conversations.replies", { ...all, ts: aim.ref })
      : deps.web.call("conversations.history", all));
    return page;
  } catch (error) {
    if (error instanceof SlackFailure && error.failure.code === "invalid_cursor") return "stale cursor";
    throw error;
  }
}

/** Metadata can be read and copied by any app of the workspace: only our own messages count. */
function isOurs(message: HistoryMessage, botId: string): boolean {
  return message.bot_id === botId;
}

function bears(message: HistoryMessage, key: string): boolean {
  const { metadata, blocks } = message;
  if (metadata?.event_type === EVENT_TYPE && metadata.event_payload?.["key"] === key) return true;
  return blocks?.some((block) => isMarked(block, key)) ?? false;
}

/** Refusals that a person must lift before anybody can know. */
const unreadable = new Set(
  (
    "not_in_channel channel_not_found missing_scope no_permission ekm_access_denied " +
    // Of threads. The method's page both lists bot tokens among those that may read them, and says that they may not in channels.
    "thread_not_found not_allowed_token_type method_not_supported_for_channel_type"
  ).split(" "),
);

function foundOf(error: unknown): Found & Shown {
  if (error instanceof DeliveryError)
    return error.kind === "channel-unusable" ? cannotKnow(error.message) : { kind: "ask-later", ms: ASK_LATER_MS };
  if (!(error instanceof SlackFailure)) throw error;
  const { failure } = error;
  if (unreadable.has(failure.code)) return cannotKnow(error.message);
  return {
    kind: "ask-later",
    ms: Math.max(failure.retryAfterMs, failure.code === "ratelimited" ? 1000 : ASK_LATER_MS),
  };
}

type CannotKnow = Found & { readonly kind: "cannot-know" };

function cannotKnow(reason: string): CannotKnow {
  return { kind: "cannot-know", reason };
}
