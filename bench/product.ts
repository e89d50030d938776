import { previews } from "../adapters/index.ts";
import { readFileSync } from "node:fs";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { type App, startApp } from "../src/app.ts";
import { loadConfig } from "../src/config.ts";
import { createLogger, type LogLevel } from "../src/logger.ts";
import { answerParent } from "./child.ts";
import { cpuMs, memory } from "./cpu.ts";
import { LoopbackAdapter } from "./loopback-adapter.ts";

/** Planetwire itself, all of it, with a chat platform on loopback. A process of its own. */

interface StartOptions {
  readonly env: Record<string, string>;
  readonly platformUrl: string;
  readonly logLevel: LogLevel;
}

let app: App | null = null;
let loop: IntervalHistogram | null = null;

answerParent({
  start: async ({ env, platformUrl, logLevel }: StartOptions) => {
    const config = loadConfig(env, (path) => readFileSync(path, "utf8"));
    app = await startApp(config, [new LoopbackAdapter(platformUrl)], previews, createLogger(logLevel, false));
  },
  stop: async () => {
    await app?.stop();
  },
  cpuMs,
  memory,
  watchLoop: () => {
    loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
  },
  /** The delay beyond the timer's own millisecond. */
  loopDelay: () => {
    loop?.disable();
    return { p99Ms: (loop?.percentile(99) ?? 0) / 1e6, maxMs: (loop?.max ?? 0) / 1e6 };
  },
});
