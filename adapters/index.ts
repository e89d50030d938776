import type { Adapter, Finding, Preview } from "../src/adapter.ts";
import type { Config } from "../src/config.ts";
import type { TerminalStreams } from "./console/terminal.ts";

interface Platform {
  create(config: Config, streams: TerminalStreams): Promise<Adapter>;
  /** Looks whether it could work as it is configured, without changing anything. */
  examine(config: Config): Promise<readonly Finding[]>;
  /** Works whether the platform is configured or not. */
  preview(): Promise<Preview>;
}

/**
 * One entry per platform; the folders beside this file bear the same names. Only what is configured is loaded: the three SDKs
 * together cost a start more than a second and 70 MB.
 */
export const platforms: Readonly<Record<string, Platform>> = {
  console: {
    create: async ({ dataDir }, streams) =>
      new (await import("./console/adapter.ts")).ConsoleAdapter({ dataDir, streams }),
    examine: async () =>
      await Promise.resolve([{ isGood: true, text: "no platform is configured: the console needs nothing", mend: "" }]),
    preview: async () => (await import("./console/preview.ts")).preview,
  },
  discord: {
    create: async ({ discord }) => new (await import("./discord/adapter.ts")).DiscordAdapter(needed(discord)),
    examine: async ({ discord }) => await (await import("./discord/doctor.ts")).examine(needed(discord)),
    preview: async () => (await import("./discord/preview.ts")).preview,
  },
  matrix: {
    create: async ({ matrix }) => new (await import("./matrix/adapter.ts")).MatrixAdapter(needed(matrix)),
    examine: async ({ matrix }) => await (await import("./matrix/doctor.ts")).examine(needed(matrix)),
    preview: async () => (await import("./matrix/preview.ts")).preview,
  },
  slack: {
    create: async ({ slack, attemptMs }) =>
      new (await import("./slack/adapter.ts")).SlackAdapter({ ...needed(slack), attemptMs }),
    examine: async ({ slack }) => await (await import("./slack/doctor.ts")).examineSlack(needed(slack)),
    preview: async () => (await import("./slack/preview.ts")).preview,
  },
};

/** How each platform writes a post. */
export const previews = Object.fromEntries(
  Object.entries(platforms).map(([name, platform]) => [name, async () => await platform.preview()]),
);

/** The adapters of the platforms whose variables are set; the console when none is. */
export async function createAdapters(config: Config, streams: TerminalStreams): Promise<Adapter[]> {
  const adapters: Adapter[] = [];
  for (const name of config.platforms) {
    const platform = platforms[name];
    if (platform !== undefined) adapters.push(await platform.create(config, streams));
  }
  return adapters;
}

function needed<T>(settings: T | null): T {
  if (settings === null) throw new Error("this platform is not configured");
  return settings;
}
