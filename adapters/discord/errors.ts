import { DiscordAPIError, HTTPError, RateLimitError, RESTJSONErrorCodes } from "discord.js";
import { DeliveryError, type DeliveryFailure } from "../../src/adapter.ts";

/** A token that is refused may be mended any minute, and asking more often could have the address banned. */
const TOKEN_WAIT_MS = 60_000;
const LIMIT_WAIT_MS = 5000;
const LEAST_WAIT_MS = 50;

const codes = RESTJSONErrorCodes;

/** Topics / Opcodes and Status Codes, "JSON Error Codes", by what must follow. Whatever has a code did not land. */
const byCode: ReadonlyMap<number | string, readonly [DeliveryFailure, string]> = new Map([
  [codes.UnknownChannel, ["channel-unusable", "the channel does not exist any more"]],
  [codes.UnknownGuild, ["channel-unusable", "the server does not exist any more"]],
  [codes.MissingAccess, ["channel-unusable", "Planetwire cannot see this channel: give it “View Channel” there"]],
  [codes.MissingPermissions, ["channel-unusable", "Planetwire lacks a permission in this channel"]],
  [codes.CannotSendMessagesInNonTextChannel, ["channel-unusable", "this kind of channel takes no messages"]],
  [codes.CannotExecuteActionOnThisChannelType, ["channel-unusable", "this kind of channel takes no messages"]],
  [codes.CannotSendAMessageInAForumChannel, ["channel-unusable", "this kind of channel takes no messages"]],
  [
    codes.TagRequiredToCreateAForumPostInThisChannel,
    ["channel-unusable", "this forum asks for a tag on each post: turn “Require people to select tags” off"],
  ],
  [codes.ThreadLocked, ["channel-unusable", "the thread is locked: unlock it, or give Planetwire “Manage Threads”"]],
  [
    codes.InvalidActionOnArchivedThread,
    ["channel-unusable", "the thread is archived: open it again, or give Planetwire “Send Messages in Threads”"],
  ],
  [codes.InvalidFormBodyOrContentType, ["message-rejected", "Discord does not accept the form of this message"]],
  [codes.CannotSendAnEmptyMessage, ["message-rejected", "Discord takes this message for empty"]],
  [codes.RequestEntityTooLarge, ["message-rejected", "the message is too large for Discord"]],
  [codes.UnknownMessage, ["message-rejected", "the message was deleted"]],
  [codes.MessageWasBlockedByAutomaticModeration, ["message-rejected", "AutoMod of this server blocked the message"]],
  [codes.TitleWasBlockedByAutomaticModeration, ["message-rejected", "AutoMod of this server blocked the title"]],
  [
    codes.MessageBlockedByHarmfulLinksFilter,
    ["message-rejected", "Discord's filter for harmful links blocked the message"],
  ],
  [codes.ActionCannotBePerformedDueToSlowmodeRateLimit, ["try-later", "slow mode"]],
  [20_028, ["try-later", "the channel takes no more messages right now"]],
  [20_029, ["try-later", "the server takes no more messages right now"]],
  [130_000, ["try-later", "Discord is overloaded"]],
]);

/**
 * One failure by what the caller must do. `mayHaveLanded`: a request that changes something has left, so that without an answer
 * nobody knows. Never sorted by words: status, code, or the kind of error decide.
 */
export function sortFailure(error: unknown, mayHaveLanded: boolean): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof RateLimitError) {
    // The two differ by bucket; the longer wait is never refused.
    const retryAfterMs = Math.max(error.retryAfter, error.timeToReset, LEAST_WAIT_MS);
    return new DeliveryError("try-later", "Discord's rate limit", { retryAfterMs, cause: error });
  }
  if (error instanceof DiscordAPIError) return sortRefusal(error);
  const said = error instanceof Error ? error.message : String(error);
  const why = error instanceof HTTPError ? `Discord answered ${String(error.status)}` : `no answer: ${said}`;
  return new DeliveryError(mayHaveLanded ? "uncertain" : "try-later", why, { cause: error });
}

function sortRefusal(error: DiscordAPIError): DeliveryError {
  if (error.status === 401)
    return new DeliveryError("try-later", "Discord does not know the bot's token", {
      retryAfterMs: TOKEN_WAIT_MS,
      cause: error,
    });
  const known = byCode.get(error.code);
  if (known !== undefined) {
    const [kind, why] = known;
    return new DeliveryError(kind, why, { retryAfterMs: kind === "try-later" ? LIMIT_WAIT_MS : 0, cause: error });
  }
  // A 403 without a code is the proxy in front of Discord; anything else unknown waits for a person, and nothing is lost.
  if (typeof error.code !== "number")
    return new DeliveryError("try-later", `Discord's proxy answered ${String(error.status)}`, {
      retryAfterMs: TOKEN_WAIT_MS,
      cause: error,
    });
  return new DeliveryError("channel-unusable", `Discord refuses (${String(error.code)}): ${error.message}`, {
    cause: error,
  });
}

/** The code of a refusal; null for anything else. */
export function refusalCode(error: unknown): number | null {
  return error instanceof DiscordAPIError && typeof error.code === "number" ? error.code : null;
}

export function isTokenRefused(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status === 401;
}
