import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { describe } from "vitest";
import { endOf, stop } from "../support/processes.ts";
import { freePort } from "../support/redis-process.ts";
import { until } from "../support/wait.ts";

const isThere = ["promtool", "prometheus"].every((name) => spawnSync(name, ["--version"]).error === undefined);
if (!isThere && env["CI"] !== undefined) throw new Error("prometheus and promtool are missing: .ci/setup-prometheus");

/** Says loudly what is not tested where Prometheus is missing (on Debian: apt-get install prometheus). */
export function describeWithPrometheus(what: string, tests: () => void): void {
  if (isThere) describe(what, tests);
  else describe.skip(`${what}: NOT TESTED, prometheus and promtool are missing`, tests);
}

export interface ToolOutcome {
  readonly status: number;
  readonly text: string;
}

export async function promtool(words: readonly string[], input = ""): Promise<ToolOutcome> {
  return await new Promise((resolve) => {
    const child = execFile("promtool", words, (error, stdout, stderr) =>
      resolve({ status: typeof error?.code === "number" ? error.code : 0, text: stdout + stderr }),
    );
    child.stdin?.end(input);
  });
}

export interface Prometheus {
  /** Names of the alerts that fire now, each with its labels in braces where it has a platform. */
  firing(): Promise<ReadonlySet<string>>;
  /** Until this one fires. */
  fires(alert: string, patienceMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** A real Prometheus that scrapes these ports, twice a second unless said, and evaluates the rules as often. */
export async function startPrometheus(rules: string, ports: readonly number[], everyMs = 500): Promise<Prometheus> {
  const every = `${String(everyMs)}ms`;
  const folder = await mkdtemp(join(tmpdir(), "planetwire-prometheus-"));
  const port = await freePort();
  const targets = ports.map((one) => `"127.0.0.1:${String(one)}"`).join(", ");
  await writeFile(join(folder, "alerts.yml"), rules);
  await writeFile(
    join(folder, "prometheus.yml"),
    `global: { scrape_interval: ${every}, scrape_timeout: ${every}, evaluation_interval: ${every} }
rule_files: [alerts.yml]
scrape_configs:
  - { job_name: planetwire, static_configs: [{ targets: [${targets}] }] }
`,
  );
  const words = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${String(port)}`,
  ];
  const child = spawn("prometheus", words, { stdio: "ignore" });
  const ended = endOf(child);
  const origin = `http://127.0.0.1:${String(port)}`;
  await until("an answer of prometheus", 20_000, async () =>
    (await fetch(`${origin}/-/ready`).catch(() => null))?.ok === true ? true : undefined,
  );
  const firing = async (): Promise<ReadonlySet<string>> => {
    const { data } = (await (await fetch(`${origin}/api/v1/alerts`)).json()) as Alerts;
    return new Set(data.alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname));
  };
  return {
    firing,
    fires: async (alert, patienceMs = 30_000) => {
      let seen: readonly string[] = [];
      await until(`${alert} fires`, patienceMs, async () => {
        seen = [...(await firing())];
        return seen.includes(alert) ? true : undefined;
      }).catch((error: unknown) => {
        throw new Error(`${alert} does not fire; those that do: ${seen.join(" ")}`, { cause: error });
      });
    },
    close: async () => {
      await stop(child, ended);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Alerts {
  readonly data: {
    readonly alerts: readonly { readonly state: string; readonly labels: { readonly alertname: string } }[];
  };
}
