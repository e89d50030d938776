import type { Delivery, Found, Shown, ShownMessage } from "../../src/adapter.ts";
import { isLoggedOut, retryAfterMsOf, statusOf, wordsOf } from "./failures.ts";
import { headlinesOf } from "./headlines.ts";
import type { Homeserver, Identity, MessagesPage, RoomEvent } from "./homeserver.ts";
import { recordOf, textOf } from "./json.ts";

/** Our key in a message's content, where history shows it, also to another device of ours. */
export const DELIVERY_KEY = "org.planetwire.delivery";

/**
 * How long we trust a server to know a transaction id again where history cannot tell. Synapse keeps them for 24 hours,
 * Dendrite for 30 to 60 minutes in memory, and the specification promises nothing.
 */
const KNOWN_AGAIN_MS = 20 * 60_000;
/** Redis' clock, which times deliveries, and the homeserver's may differ by this much. */
const CLOCKS_DIFFER_MS = 60 * 60_000;
const MARGIN_MS = 60_000;
const PAGE = 100;
const MAX_PAGES = 50;
const ASK_AGAIN_MS = 10_000;
const LOGGED_OUT_MS = 60_000;

/** Who we are, and since when: transaction ids are known again for the same device only. */
export interface Device extends Identity {
  readonly sinceMs: number;
}

/**
 * Did a message land? History decides, whatever the server remembers of transaction ids: they may be lost with its
 * memory, while the message stays. They protect what is concluded here: when a message lands after we looked, its
 * repetition is the same event.
 */
export async function findDelivery(
  homeserver: Homeserver,
  device: Device,
  room: string,
  delivery: Delivery,
): Promise<Found> {
  const scan = await scanHistory(homeserver, device.userId, room, delivery);
  if (typeof scan !== "string") return { kind: "landed", ref: scan.event_id };
  const member = await homeserver.state(room, "m.room.member", device.userId);
  // A repetition would be refused as well, and what is refused counts as never sent.
  if (member?.content["membership"] !== "join") return { kind: "cannot-know", reason: "I am not in the room any more" };
  if (scan === "complete" && (await couldSee(homeserver, room, member, delivery.firstAttemptAtMs)))
    return { kind: "absent" };
  if (isKnownAgain(device, delivery)) return { kind: "safe-to-repeat" };
  return cannotKnow(scan);
}

/** All deliveries that the room shows since then, threads left out. */
export async function shownSince(
  homeserver: Homeserver,
  device: Device,
  room: string,
  sinceMs: number,
): Promise<Shown> {
  const shown: ShownMessage[] = [];
  let end: "complete" | "refused" | "too long" = "too long";
  for await (const page of history(homeserver, device.userId, room, sinceMs)) {
    if (typeof page === "string") end = page;
    else for (const event of page) if (isShown(event)) shown.push(shownAs(event));
  }
  const member = await homeserver.state(room, "m.room.member", device.userId);
  if (member?.content["membership"] !== "join") return { kind: "cannot-know", reason: "I am not in the room any more" };
  if (end === "complete" && (await couldSee(homeserver, room, member, sinceMs)))
    return { kind: "shown", messages: shown.toReversed() };
  return cannotKnow(end);
}

function isShown({ content }: RoomEvent): boolean {
  const relation = textOf(recordOf(content["m.relates_to"])["rel_type"]);
  return textOf(recordOf(content[DELIVERY_KEY])["key"]) !== "" && relation === "";
}

function shownAs({ event_id: ref, content }: RoomEvent): ShownMessage {
  return { ref, headlines: headlinesOf(content) };
}

function cannotKnow(end: string): Found & { readonly kind: "cannot-know" } {
  const reason = end === "too long" ? "the room's history is too long" : "the room's history is not shown to me";
  return { kind: "cannot-know", reason };
}

/** What a failed look says. */
export function foundAfter(error: unknown): Found & Shown {
  const retryAfterMs = retryAfterMsOf(error);
  if (retryAfterMs !== null) return { kind: "ask-later", ms: retryAfterMs };
  if (isLoggedOut(error)) return { kind: "ask-later", ms: LOGGED_OUT_MS };
  if (statusOf(error) === 403 || statusOf(error) === 404)
    return { kind: "cannot-know", reason: `the room's history cannot be read (${wordsOf(error)})` };
  return { kind: "ask-later", ms: ASK_AGAIN_MS };
}

async function scanHistory(
  homeserver: Homeserver,
  userId: string,
  room: string,
  delivery: Delivery,
): Promise<RoomEvent | "complete" | "refused" | "too long"> {
  for await (const page of history(homeserver, userId, room, delivery.firstAttemptAtMs)) {
    if (typeof page === "string") return page;
    const found = page.find((event) => isOf(event, delivery.key));
    if (found !== undefined) return found;
  }
  return "too long";
}

/** Our messages, the newest page first, and at last how it ended. */
async function* history(
  homeserver: Homeserver,
  userId: string,
  room: string,
  sinceMs: number,
): AsyncGenerator<readonly RoomEvent[] | "complete" | "refused" | "too long"> {
  const filter = JSON.stringify({ senders: [userId], types: ["m.room.message"] });
  const oldestMs = sinceMs - CLOCKS_DIFFER_MS;
  let from: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query: Readonly<Record<string, string>> = { limit: String(PAGE), filter, ...(from === null ? {} : { from }) };
    const answer: MessagesPage | null = await homeserver.messages(room, query).catch((error: unknown) => {
      if (statusOf(error) === 403) return null;
      throw error;
    });
    if (answer === null) return yield "refused";
    const { chunk, end }: MessagesPage = answer;
    yield chunk;
    if (end === null || chunk.some((event) => event.origin_server_ts < oldestMs)) return yield "complete";
    from = end;
  }
  yield "too long";
}

/** A message that a moderator deleted has lost its content; its transaction id remains. */
function isOf(event: RoomEvent, key: string): boolean {
  return event.unsigned?.transaction_id === key || textOf(recordOf(event.content[DELIVERY_KEY])["key"]) === key;
}

/** Whether the message would have been among what we read: we were in the room when it was sent, or may read back. */
async function couldSee(homeserver: Homeserver, room: string, member: RoomEvent, sinceMs: number): Promise<boolean> {
  const visibility = await homeserver.state(room, "m.room.history_visibility");
  const shown = visibility === null ? "shared" : textOf(visibility.content["history_visibility"]);
  if (shown === "shared" || shown === "world_readable") return true;
  return member.origin_server_ts < sinceMs - MARGIN_MS;
}

function isKnownAgain(device: Device, delivery: Delivery): boolean {
  return (
    device.deviceId !== "" &&
    delivery.firstAttemptAtMs > device.sinceMs + MARGIN_MS &&
    delivery.firstAttemptAtMs > Date.now() - KNOWN_AGAIN_MS
  );
}
