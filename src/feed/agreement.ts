/** Share of items whose value is the most frequent one for their key; 1 where there are none. */
export function agreement<T>(items: readonly T[], keyOf: (item: T) => string, valueOf: (item: T) => string): number {
  if (items.length === 0) return 1;
  const usual = new Map<string, number>();
  for (const [pair, count] of countBy(items, (item) => `${keyOf(item)}\n${valueOf(item)}`)) {
    const key = pair.slice(0, pair.indexOf("\n"));
    usual.set(key, Math.max(usual.get(key) ?? 0, count));
  }
  return [...usual.values()].reduce((sum, count) => sum + count, 0) / items.length;
}

export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
