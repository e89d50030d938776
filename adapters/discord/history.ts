import { setTimeout as sleep } from "node:timers/promises";
import { type APIChannel, type APIMessage, PermissionFlagsBits, RequestMethod, Routes } from "discord.js";
import { type Delivery, DeliveryError, type Found, type Shown, type ShownMessage } from "../../src/adapter.ts";
import { refusalCode } from "./errors.ts";
import { headlinesOf } from "./headlines.ts";
import { hasMarkers, isMarked } from "./marker.ts";
import type { DiscordRest } from "./rest.ts";
import { rightsIn } from "./rights.ts";

/** API Reference, "Snowflakes": ids count milliseconds since the first second of 2015. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;
const PAGE = 100;
/** So many messages were written since the first attempt that looking on would take minutes. */
const MOST_PAGES = 100;
/** Redis, this machine and Discord may each have their own idea of the time. */
const CLOCK_MARGIN_MS = 60_000;
const ASK_AGAIN_MS = 5000;

export interface Where {
  /** The channel or thread that the message went to. */
  readonly channelId: string;
  /** Whose rights decide; the forum's for a thread of a forum. */
  readonly rightsOf: APIChannel;
  readonly secondLookMs: number;
}

/**
 * Looks through the channel's history from a minute before the first attempt up to now for the two marker ids of the delivery.
 *
 * The history always decides, although the nonce would often make a second post harmless. The documents say that a nonce is
 * compared with those of "the past few minutes" and give no number, so there is no age at which the window is surely open: a
 * window that had closed would let a second copy through, and nobody would notice. So this never answers "safe-to-repeat":
 * - found: it landed;
 * - the right to read was confirmed and the scan was complete: absent. The repeated post carries the same nonce all the same, so a
 *   copy that history does not show yet is still caught while Discord remembers it;
 * - without READ_MESSAGE_HISTORY Discord returns an empty list and no error, which proves nothing: cannot-know, and the message is
 *   held until a person decides. The right is asked for before the list and once more behind it.
 *
 * That history shows at once what was accepted is not promised either, so what is not there is looked for twice.
 */
export async function findInHistory(
  rest: DiscordRest,
  delivery: Delivery,
  { channelId, rightsOf, secondLookMs }: Where,
): Promise<Found> {
  if (!(await mayRead(rest, rightsOf))) return cannotRead();
  let found = await scan(rest, delivery, channelId);
  if (found.kind === "none") {
    await sleep(secondLookMs);
    found = await scan(rest, delivery, channelId);
  }
  if (found.kind === "too much") return tooMuch();
  if (found.kind === "found") return { kind: "landed", ref: `${channelId}/${found.id}` };
  return (await mayRead(rest, rightsOf)) ? { kind: "absent" } : cannotRead();
}

type CannotKnow = Found & { readonly kind: "cannot-know" };

function tooMuch(): CannotKnow {
  return { kind: "cannot-know", reason: "too much was written in the channel since then to look through" };
}

function cannotRead(): CannotKnow {
  return { kind: "cannot-know", reason: "Planetwire lacks “Read Message History” in this channel" };
}

async function mayRead(rest: DiscordRest, channel: APIChannel): Promise<boolean> {
  return ((await rightsIn(rest, channel)) & PermissionFlagsBits.ReadMessageHistory) !== 0n;
}

type Scan = { readonly kind: "found"; readonly id: string } | { readonly kind: "none" | "too much" };

async function scan(rest: DiscordRest, delivery: Delivery, channelId: string): Promise<Scan> {
  for await (const messages of pagesSince(rest, channelId, delivery.firstAttemptAtMs)) {
    if (messages === "too much") return { kind: "too much" };
    const landed = messages.find((message) => hasMarkers(message.components ?? [], delivery.key));
    if (landed !== undefined) return { kind: "found", id: landed.id };
  }
  return { kind: "none" };
}

/** From a minute before on, oldest page first; "too much" where there is more. */
async function* pagesSince(
  rest: DiscordRest,
  channelId: string,
  firstMs: number,
): AsyncGenerator<readonly APIMessage[] | "too much"> {
  let after = snowflakeAt(firstMs - CLOCK_MARGIN_MS - Math.max(0, rest.clockAheadMs));
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ after, limit: String(PAGE) });
    const messages = await rest.request<APIMessage[]>(RequestMethod.Get, Routes.channelMessages(channelId), { query });
    yield messages;
    const newest = messages[0];
    if (newest === undefined || messages.length < PAGE) return;
    after = newest.id;
  }
  yield "too much";
}

/** All deliveries that the channel or thread shows since then. */
export async function shownInHistory(
  rest: DiscordRest,
  sinceMs: number,
  { channelId, rightsOf }: Pick<Where, "channelId" | "rightsOf">,
): Promise<Shown> {
  if (!(await mayRead(rest, rightsOf))) return cannotRead();
  const shown: ShownMessage[] = [];
  for await (const messages of pagesSince(rest, channelId, sinceMs)) {
    if (messages === "too much") return tooMuch();
    // What begins a thread of a forum bears its id, and is about the feed.
    const ours = messages.filter(({ id, components = [] }) => id !== channelId && isMarked(components));
    for (const { id, components = [] } of ours.toReversed())
      shown.push({ ref: `${channelId}/${id}`, headlines: headlinesOf(components) });
  }
  return (await mayRead(rest, rightsOf)) ? { kind: "shown", messages: shown } : cannotRead();
}

function snowflakeAt(ms: number): string {
  return String(BigInt(Math.max(0, Math.floor(ms - DISCORD_EPOCH_MS))) << 22n);
}

/** What a look that failed says: never that a message is absent. */
export function unanswered(error: unknown): Found & Shown {
  const cause = error instanceof DeliveryError ? error.cause : error;
  const isGone = error instanceof DeliveryError && error.kind === "channel-unusable" && refusalCode(cause) !== null;
  if (isGone) return { kind: "cannot-know", reason: error.message };
  const waitMs = error instanceof DeliveryError ? error.retryAfterMs : 0;
  return { kind: "ask-later", ms: waitMs > 0 ? waitMs : ASK_AGAIN_MS };
}
