import { collectDefaultMetrics, type Histogram, Registry } from "prom-client";
import type { Metric } from "./metric.ts";

/** Gauges that are named as counters are; `promtool check metrics` refuses them, and they count what nobody asks for. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** The metrics of this process, as Prometheus reads them. */
export class MetricsPage {
  readonly #registry = new Registry();

  /** With those of Node.js and the process, which prom-client has. */
  constructor(metrics: readonly Metric[]) {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    for (const metric of metrics) this.#registry.registerMetric(read(metric));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    return await this.#registry.metrics();
  }
}

/** The registry asks a metric for its name, and what `get` returns when it is read; counting is done elsewhere. */
function read({ name, help, type, samples }: Metric): Histogram {
  const values = () =>
    samples().map(({ labels, value, suffix = "" }) => ({ labels, value, metricName: `${name}${suffix}` }));
  const metric = {
    name,
    help,
    type,
    aggregator: "sum",
    get: async () => await Promise.resolve({ name, help, type, values: values() }),
  };
  return metric as unknown as Histogram;
}
