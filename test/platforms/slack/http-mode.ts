import { createHmac } from "node:crypto";
import { ACKNOWLEDGE_MS, type EnvelopeKind, type Inbound, type Outcome } from "./inbound.ts";
import { type Fields, isFields } from "./json.ts";

/**
 * `X-Slack-Signature`: `v0=` and the HMAC-SHA256 of `v0:<timestamp>:<raw body>` with the signing secret.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function signature(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac("sha256", secret)
    .update(`v0:${String(timestamp)}:${body}`)
    .digest("hex")}`;
}

/** The Slack end of HTTP mode: it calls the app's address and shows what the answer carries. */
export class HttpMode implements Inbound {
  readonly #secret: string;
  readonly #url: string;
  /** Added to the clock that requests are stamped with. */
  clockSkewSeconds = 0;

  constructor(secret: string, url: string) {
    this.#secret = secret;
    this.#url = url;
  }

  async send(kind: EnvelopeKind, payload: Fields, attempt = 0): Promise<Outcome> {
    const isEvent = kind === "events_api";
    const body = isEvent ? JSON.stringify(payload) : formOf(kind, payload);
    const type = isEvent ? "application/json" : "application/x-www-form-urlencoded";
    const retry = attempt === 0 ? {} : { "x-slack-retry-num": String(attempt), "x-slack-retry-reason": "http_timeout" };
    return await this.sendRaw(body, { "content-type": type, ...retry });
  }

  async sendRaw(body: string, headers: Record<string, string>): Promise<Outcome> {
    const timestamp = Math.floor(Date.now() / 1000) + this.clockSkewSeconds;
    const signed = {
      "x-slack-request-timestamp": String(timestamp),
      "x-slack-signature": signature(this.#secret, timestamp, body),
    };
    try {
      const signal = AbortSignal.timeout(ACKNOWLEDGE_MS);
      const response = await fetch(this.#url, { method: "POST", body, headers: { ...signed, ...headers }, signal });
      const text = await response.text();
      return response.status === 200 ? { kind: "acknowledged", payload: payloadOf(text) } : { kind: "nobody" };
    } catch (error) {
      return error instanceof DOMException ? { kind: "timeout" } : { kind: "nobody" };
    }
  }
}

/** Commands come as a form of their own fields, interactions as one field with JSON. */
function formOf(kind: EnvelopeKind, payload: Fields): string {
  const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]);
  return kind === "slash_commands"
    ? new URLSearchParams(fields).toString()
    : new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** An answer may be empty, text, or a message as JSON. */
function payloadOf(text: string): Fields {
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : { text };
  } catch {
    return { text };
  }
}
