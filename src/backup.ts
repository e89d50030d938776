import { join } from "node:path";
import { readConfig } from "./config.ts";
import { runProgram, sayer, UsageError, withRedis } from "./state-program.ts";
import { takeBackup } from "./store/take-backup.ts";

const USAGE = `Usage: npm run --silent backup -- [file]
Writes all that Planetwire keeps to one file, while the bot runs or not; without a name to a new one in DATA_DIR/backups.`;

async function main(argv: readonly string[]): Promise<void> {
  const [file, ...rest] = argv;
  if (rest.length > 0 || file?.startsWith("-") === true) throw new UsageError(USAGE);
  const config = readConfig();
  const name = `planetwire-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z.backup`;
  const path = file ?? join(config.dataDir, "backups", name);
  const onProgress = sayer((keys) => `${String(keys)} keys …`);
  const taken = await withRedis(
    { ...config, role: "backup" },
    async (opened) => await takeBackup(opened, { path, onProgress }),
  );
  const held = taken.heldMs === 0 ? "" : ` The bot's writes waited for ${(taken.heldMs / 1000).toFixed(1)} s.`;
  process.stdout.write(
    `Backed up ${String(taken.keys)} keys to ${path} (${(taken.bytes / 1e6).toFixed(1)} MB).${held}\n` +
      "Keep it on another machine, and where only you can read it.\n",
  );
}

await runProgram(main);
