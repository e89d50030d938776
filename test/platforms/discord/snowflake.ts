/** API Reference, "Snowflakes": milliseconds since the first second of 2015, then 22 bits that tell ids of one millisecond apart. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

let last = 0n;

/** An id of this moment, higher than every one before it. */
export function nextSnowflake(): string {
  const now = BigInt(Date.now() - DISCORD_EPOCH_MS) << 22n;
  last = now > last ? now : last + 1n;
  return String(last);
}

export function isSnowflake(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}

/** Ids are compared as numbers, not as text. */
export function isLater(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b);
}
