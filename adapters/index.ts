import type { Adapter } from "../src/adapter.ts";
import type { Config } from "../src/config.ts";
import { ConsoleAdapter } from "./console/adapter.ts";
import type { TerminalStreams } from "./console/terminal.ts";
import { SlackAdapter } from "./slack/adapter.ts";

type Factory = (config: Config, streams: TerminalStreams) => Adapter;

/** One line per platform; the folders beside this file bear the same names. */
export const platforms: Readonly<Record<string, Factory>> = {
  slack: (config) => new SlackAdapter({ ...needed(config.slack), attemptMs: config.attemptMs }),
  console: (config, streams) => new ConsoleAdapter({ dataDir: config.dataDir, streams }),
};

/** The adapters of the platforms whose variables are set; the console when none is. */
export function createAdapters(config: Config, streams: TerminalStreams): Adapter[] {
  return config.platforms.flatMap((name) => platforms[name]?.(config, streams) ?? []);
}

function needed<T>(settings: T | null): T {
  if (settings === null) throw new Error("this platform is not configured");
  return settings;
}
