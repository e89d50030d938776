import type { Histogram } from "../histogram.ts";

/** One line of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of a histogram: what stands behind the metric's name. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
}

/** A metric as data. No label may have values that grow with the installation: no feed, no channel, no person. */
export interface Metric {
  readonly name: `planetwire_${string}`;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
  readonly samples: () => readonly Sample[];
}

export function alone(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

/** A sample for each of these, by the value of one label. */
export function each(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

export function spread({ bounds, counts, sum }: Histogram, labels: Readonly<Record<string, string>>): Sample[] {
  let below = 0;
  const buckets = counts.map((count, i): Sample => {
    below += count;
    return { labels: { ...labels, le: String(bounds[i] ?? "+Inf") }, value: below, suffix: "_bucket" };
  });
  return [...buckets, { labels, value: sum, suffix: "_sum" }, { labels, value: below, suffix: "_count" }];
}
