import type { Fields } from "./json.ts";

/** What a Web API method answers instead of `ok: true`; the code is the documented one of the method. */
export class SlackFault extends Error {
  override readonly name = "SlackFault";
  readonly code: string;
  readonly extra: Fields;

  constructor(code: string, extra: Fields = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}

/** HTTP 429 with Retry-After, the form of a rate limit (https://docs.slack.dev/apis/web-api/rate-limits). */
export class TooMany extends Error {
  override readonly name = "TooMany";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("ratelimited");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
