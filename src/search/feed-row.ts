/** How far a feed has come in Redis. */
export interface FeedNumbers {
  readonly feedId: string;
  /** The newest entry; 0 for none. */
  readonly last: number;
  /** The oldest entry that is kept; from 1. */
  readonly first: number;
  /** How often recorded entries have changed. */
  readonly edits: number;
}

/** How far a feed has come in the index: entries from `low` to `high` are in it, with all changes up to `edits`. */
export interface FeedRow {
  readonly feedId: string;
  readonly low: number;
  /** `low - 1` while there is none. */
  readonly high: number;
  readonly edits: number;
  /** Entries before this one have left the index. */
  readonly first: number;
  /** When entry `high` was first seen; 0 for unknown. Another time under the same number: it is not the same entry. */
  readonly highSeenMs: number;
}

/** A step of catching up. It is done only if the feed is still `expected` then: another process may have been faster. */
export interface Batch {
  readonly feedId: string;
  readonly expected: FeedRow | null;
  readonly next: FeedRow;
  readonly numbers: readonly number[];
  /** As they are stored, null where one is gone. Same order. */
  readonly records: readonly (string | null)[];
}

/** Whether the index holds of the feed what Redis does, and nothing else. */
export function isCurrent(row: FeedRow | null, numbers: FeedNumbers): boolean {
  const isTrimmed = row === null || row.first >= numbers.first;
  return isTrimmed && entriesBehind(row, numbers) === 0 && !isAhead(row, numbers);
}

/** Entries that are still to be read; a change counts as one. */
export function entriesBehind(row: FeedRow | null, { last, first, edits }: FeedNumbers): number {
  if (row === null) return Math.max(0, last - first + 1);
  const newer = Math.max(0, last - Math.max(row.high, first - 1));
  return newer + Math.max(0, row.low - first) + (row.edits < edits ? 1 : 0);
}

/** Redis knows less than the index: unless these numbers are the older ones, it was restored or emptied. */
export function isAhead(row: FeedRow | null, { last, edits }: FeedNumbers): boolean {
  return row !== null && (row.high > last || row.edits > edits);
}
