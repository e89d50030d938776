/** Counts values by their size, in plain numbers: what is counted at every request must cost next to nothing. */
export class Histogram {
  /** Upper bounds, rising. */
  readonly bounds: readonly number[];
  /** How many values lie above the bound before and not above this one; the last are above all bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let at = 0;
    while (value > (this.bounds[at] ?? Number.POSITIVE_INFINITY)) at += 1;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += value;
  }
}
