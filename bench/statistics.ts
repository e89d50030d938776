/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between the two nearest. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

export interface Pairs {
  readonly floor: readonly number[];
  readonly product: readonly number[];
}

/** Floor and product by turns, each first every other time, so that a slow minute of the machine meets both. */
export async function alternate(
  count: number,
  floor: () => Promise<number>,
  product: () => Promise<number>,
): Promise<Pairs> {
  const pairs = { floor: [] as number[], product: [] as number[] };
  for (let i = 0; i < count; i += 1) {
    if (i % 2 === 0) pairs.floor.push(await floor());
    pairs.product.push(await product());
    if (i % 2 === 1) pairs.floor.push(await floor());
  }
  return pairs;
}

/** Of each pair product / floor. */
export function ratioOf({ floor, product }: Pairs): Spread {
  return spreadOf(product.map((value, i) => value / (floor[i] ?? Number.NaN)));
}
