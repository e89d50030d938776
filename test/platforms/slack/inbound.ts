import type { Fields } from "./json.ts";

export type EnvelopeKind = "slash_commands" | "interactive" | "events_api";

/** What became of something that was sent to the app; it has 3 seconds. */
export type Outcome =
  | { readonly kind: "acknowledged"; readonly payload: Fields }
  /** No acknowledgement within 3 s: the client shows `operation_timeout`. */
  | { readonly kind: "timeout" }
  /** Nobody there to take it: `dispatch_failed`. */
  | { readonly kind: "nobody" };

/** A way on which the app hears of things: Socket Mode or HTTP. */
export interface Inbound {
  send(kind: EnvelopeKind, payload: Fields, attempt?: number): Promise<Outcome>;
}

/** https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
export const ACKNOWLEDGE_MS = 3000;
