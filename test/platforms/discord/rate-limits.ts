export interface RateLimitSettings {
  /** Of each route and channel. */
  readonly limit: number;
  readonly windowMs: number;
  /** Topics / Rate Limits, "Global Rate Limit": 50 requests a second for each bot. */
  readonly globalPerSecond: number;
}

export type Verdict =
  | { readonly kind: "go"; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "limited"; readonly headers: Readonly<Record<string, string>>; readonly body: object };

interface Bucket {
  used: number;
  resetAtMs: number;
}

/**
 * Topics / Rate Limits, "Header Format" and "Exceeding A Rate Limit": each answer tells limit, remaining and reset of its
 * bucket; a 429 carries `Retry-After`, its scope, and the seconds to wait in its body.
 */
export class RateLimits {
  settings: RateLimitSettings;
  readonly #buckets = new Map<string, Bucket>();

  constructor(settings: RateLimitSettings) {
    this.settings = settings;
  }

  /** `route` without ids; `major` the channel, guild or webhook. */
  ask(route: string, major: string): Verdict {
    const global = this.#count("global", this.settings.globalPerSecond, 1000);
    if (global.isOver) return { kind: "limited", ...refusal(global.leftMs, true) };
    const { limit, windowMs } = this.settings;
    const own = this.#count(`${route} ${major}`, limit, windowMs);
    const headers = bucketHeaders(route, limit, own);
    if (!own.isOver) return { kind: "go", headers };
    const { body, headers: more } = refusal(own.leftMs, false);
    return { kind: "limited", body, headers: { ...headers, ...more } };
  }

  #count(name: string, limit: number, windowMs: number): { isOver: boolean; remaining: number; leftMs: number } {
    const nowMs = Date.now();
    let bucket = this.#buckets.get(name);
    if (bucket === undefined || bucket.resetAtMs <= nowMs) bucket = { used: 0, resetAtMs: nowMs + windowMs };
    this.#buckets.set(name, bucket);
    const isOver = bucket.used >= limit;
    if (!isOver) bucket.used += 1;
    return { isOver, remaining: limit - bucket.used, leftMs: bucket.resetAtMs - nowMs };
  }
}

export function refusal(leftMs: number, global: boolean): { headers: Record<string, string>; body: object } {
  const seconds = Math.max(1, leftMs) / 1000;
  return {
    headers: {
      "retry-after": String(Math.ceil(seconds)),
      "x-ratelimit-scope": global ? "global" : "user",
      ...(global ? { "x-ratelimit-global": "true" } : {}),
    },
    body: { message: "You are being rate limited.", retry_after: seconds, global },
  };
}

function bucketHeaders(
  route: string,
  limit: number,
  own: { remaining: number; leftMs: number },
): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(own.remaining),
    "x-ratelimit-reset": String((Date.now() + own.leftMs) / 1000),
    "x-ratelimit-reset-after": String(own.leftMs / 1000),
    "x-ratelimit-bucket": Buffer.from(route).toString("hex").slice(0, 32),
  };
}
