import type { Adapter } from "../src/adapter.ts";
import type { Config } from "../src/config.ts";
import { ConsoleAdapter } from "./console/adapter.ts";
import type { TerminalStreams } from "./console/terminal.ts";
import { MatrixAdapter } from "./matrix/adapter.ts";

type Factory = (config: Config, streams: TerminalStreams) => Adapter | null;

/** One line per platform; the folders beside this file bear the same names. */
export const platforms: Readonly<Record<string, Factory>> = {
  console: (config, streams) => new ConsoleAdapter({ dataDir: config.dataDir, streams }),
  matrix: ({ matrix }) => (matrix === null ? null : new MatrixAdapter(matrix)),
};

/** The adapters of the platforms whose variables are set; the console when none is. */
export function createAdapters(config: Config, streams: TerminalStreams): Adapter[] {
  return config.platforms.flatMap((name) => platforms[name]?.(config, streams) ?? []);
}
