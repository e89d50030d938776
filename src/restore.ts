import { readConfig } from "./config.ts";
import { runProgram, sayer, UsageError, withRedis } from "./state-program.ts";
import { restoreBackup } from "./store/restore-backup.ts";

const USAGE = `Usage: npm run --silent restore -- <file> [--replace]
Puts what a backup holds into Redis, while no bot runs. With --replace in the place of what is there.`;

async function main(argv: readonly string[]): Promise<void> {
  const options = argv.filter((word) => word.startsWith("-"));
  const [path, ...rest] = argv.filter((word) => !word.startsWith("-"));
  if (path === undefined || rest.length > 0 || options.some((word) => word !== "--replace"))
    throw new UsageError(USAGE);
  const config = readConfig();
  const onProgress = sayer((done, all) => `${String(done)} of ${String(all)} …`);
  const isReplacing = options.length > 0;
  const { keys, takenAtMs } = await withRedis(
    { ...config, role: "restore" },
    async (opened) => await restoreBackup(opened, { path, isReplacing, onProgress }),
  );
  process.stdout.write(
    `Restored ${String(keys)} keys, as they were on ${new Date(takenAtMs).toISOString().slice(0, 19).replace("T", " ")} UTC.\n` +
      "Start the bot: before it posts in a channel, it looks there for what was posted since.\n",
  );
}

await runProgram(main);
