/** As long as the longest name of a feed that platforms show whole. */
export const MOST_NAME_CHARS = 100;

/** A name for a feed as somebody gave it: names are shown on one line, and end no other text. */
export function feedName(given: string): string {
  return given
    .replaceAll(/[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\p{Surrogate}]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
