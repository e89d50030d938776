/** A stream of numbers that one seed repeats exactly. */
export interface Random {
  /** At least `lowest`, at most `highest`, whole. */
  integer(lowest: number, highest: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}

/** mulberry32 (public domain, Tommy Ettinger): small, and good enough to choose instants. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function seededRandom(seed: number): Random {
  const next = mulberry32(seed);
  const integer = (lowest: number, highest: number): number => lowest + Math.floor(next() * (highest - lowest + 1));
  return {
    integer,
    chance: (probability) => next() < probability,
    pick: (list) => itemAt(list, integer(0, list.length - 1)),
    shuffled: (list) =>
      list
        .map((item) => ({ item, rank: next() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
  };
}

function itemAt<T>(list: readonly T[], index: number): T {
  for (const [position, item] of list.entries()) {
    if (position === index) return item;
  }
  throw new RangeError(`nothing to pick at ${index} of ${list.length}`);
}
