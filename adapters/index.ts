import type { Adapter, Finding } from "../src/adapter.ts";
import type { Config } from "../src/config.ts";
import { ConsoleAdapter } from "./console/adapter.ts";
import type { TerminalStreams } from "./console/terminal.ts";
import { DiscordAdapter } from "./discord/adapter.ts";
import { examine as examineDiscord } from "./discord/doctor.ts";
import { MatrixAdapter } from "./matrix/adapter.ts";
import { examine as examineMatrix } from "./matrix/doctor.ts";
import { SlackAdapter } from "./slack/adapter.ts";
import { examineSlack } from "./slack/doctor.ts";

interface Platform {
  create(config: Config, streams: TerminalStreams): Adapter;
  /** Looks whether it could work as it is configured, without changing anything. */
  examine(config: Config): Promise<readonly Finding[]>;
}

/** One entry per platform; the folders beside this file bear the same names. */
export const platforms: Readonly<Record<string, Platform>> = {
  console: {
    create: (config, streams) => new ConsoleAdapter({ dataDir: config.dataDir, streams }),
    examine: async () =>
      await Promise.resolve([{ isGood: true, text: "no platform is configured: the console needs nothing", mend: "" }]),
  },
  discord: {
    create: ({ discord }) => new DiscordAdapter(needed(discord)),
    examine: async ({ discord }) => await examineDiscord(needed(discord)),
  },
  matrix: {
    create: ({ matrix }) => new MatrixAdapter(needed(matrix)),
    examine: async ({ matrix }) => await examineMatrix(needed(matrix)),
  },
  slack: {
    create: ({ slack }) => new SlackAdapter(needed(slack)),
    examine: async ({ slack }) => await examineSlack(needed(slack)),
  },
};

/** The adapters of the platforms whose variables are set; the console when none is. */
export function createAdapters(config: Config, streams: TerminalStreams): Adapter[] {
  return config.platforms.flatMap((name) => platforms[name]?.create(config, streams) ?? []);
}

function needed<T>(settings: T | null): T {
  if (settings === null) throw new Error("this platform is not configured");
  return settings;
}
