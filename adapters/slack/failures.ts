import { webApi } from "@slack/bolt";
import { DeliveryError, type DeliveryFailure } from "../../src/adapter.ts";

/** What Slack said, or did not say, to one request. */
export interface Failure {
  readonly kind: DeliveryFailure;
  /** Slack's error code, or what the network did. */
  readonly code: string;
  readonly retryAfterMs: number;
  readonly needed: string;
}

/** Of one message: this one never will be taken. */
const rejected = new Set(
  (
    "msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format no_text metadata_too_large " +
    "invalid_metadata_format invalid_metadata_schema metadata_must_be_sent_from_app too_many_attachments " +
    "attachment_payload_limit_exceeded markdown_text_conflict message_not_found cant_update_message edit_window_closed " +
    "block_mismatch invalid_attachments is_inactive as_user_not_supported"
  ).split(" "),
);

/** The platform surely did nothing, and asks to come again. */
const later = new Set(
  (
    "ratelimited rate_limited message_limit_exceeded team_added_to_org org_login_required token_expired " +
    "accesslimited team_access_not_granted_yet"
  ).split(" "),
);

/** "It's possible some aspect of the operation succeeded before the error was raised" (chat.postMessage). */
const uncertain = new Set("fatal_error internal_error request_timeout service_unavailable".split(" "));

/** The installation is over, not just one channel. */
export const TOKEN_FAILURES: ReadonlySet<string> = new Set(
  "account_inactive token_revoked invalid_auth not_authed team_access_not_granted not_allowed_token_type".split(" "),
);

const LATER_MS = 30_000;

/** Sorted once, by what the caller must do. An unknown refusal pauses the channel: nothing is lost by that. */
export function failureOf(error: unknown, status: number): Failure {
  if (error instanceof webApi.WebAPIRateLimitedError)
    return { kind: "try-later", code: "ratelimited", retryAfterMs: error.retryAfter * 1000, needed: "" };
  if (status === 429) return { kind: "try-later", code: "ratelimited", retryAfterMs: LATER_MS, needed: "" };
  if (error instanceof webApi.WebAPIPlatformError) return platformFailure(error.data);
  const code = error instanceof Error ? error.message : String(error);
  return { kind: "uncertain", code, retryAfterMs: 0, needed: "" };
}

function platformFailure(data: { readonly error: string; readonly needed?: unknown }): Failure {
  const code = data.error;
  const needed = typeof data.needed === "string" ? data.needed : "";
  if (uncertain.has(code)) return { kind: "uncertain", code, retryAfterMs: 0, needed };
  if (later.has(code)) return { kind: "try-later", code, retryAfterMs: LATER_MS, needed };
  return { kind: rejected.has(code) ? "message-rejected" : "channel-unusable", code, retryAfterMs: 0, needed };
}

const reasons: Readonly<Record<string, string>> = {
  not_in_channel: "I am not in this channel: invite me with /invite @Planetwire",
  channel_not_found: "Slack does not know this channel, or I am not in it: invite me with /invite @Planetwire",
  is_archived: "the channel is archived; once it is not, “resume” goes on",
  restricted_action: "only some may post in this channel: let Planetwire post in the channel's posting permissions",
  restricted_action_read_only_channel: "the channel is read-only: let Planetwire post in its posting permissions",
  restricted_action_thread_only_channel:
    "the channel takes threads only: let Planetwire post in its posting permissions",
  no_permission: "the workspace does not let Planetwire post here",
  ekm_access_denied: "the workspace's key management keeps Planetwire from posting",
  account_inactive: "Planetwire was removed from the workspace: install it again",
  token_revoked: "Planetwire's token was revoked: install it again",
  invalid_auth: "Slack does not know SLACK_BOT_TOKEN: copy it again from OAuth & Permissions",
  not_authed: "Slack does not know SLACK_BOT_TOKEN: copy it again from OAuth & Permissions",
  message_not_found: "somebody deleted the message",
  thread_not_found: "somebody deleted the message that the thread belongs to",
};

/** For people: what is wrong and what mends it. */
export function reasonOf(failure: Failure): string {
  if (failure.code === "missing_scope")
    return `Slack says missing_scope: add ${failure.needed || "the scopes of the manifest"} under OAuth & Permissions and install the app again`;
  const known = reasons[failure.code];
  return known === undefined ? `Slack says: ${failure.code}` : `${known} (${failure.code})`;
}

export function toDeliveryError(failure: Failure, cause: unknown): DeliveryError {
  return new DeliveryError(failure.kind, reasonOf(failure), { retryAfterMs: failure.retryAfterMs, cause });
}
