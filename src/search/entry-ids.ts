const HOUR_MS = 3_600_000;
/**
 * Entries of one hour of all feeds; one more gets an id of the next hour. Ids that lie close together make a small index: these are
 * enough for 12,000 entries a day for as long as you like, and for any number in a burst.
 */
export const IDS_PER_HOUR = 512;

/** The first id of an entry's hour. */
export function idFrom(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * IDS_PER_HOUR;
}

/** Past the ids of the hour of `atMs` and of as many more as entries may have flowed over. */
export function idPast(atMs: number, driftHours: number): number {
  return idFrom(atMs) + (driftHours + 1) * IDS_PER_HOUR;
}
