import { once } from "node:events";
import { createAdapters, previews } from "../adapters/index.ts";
import { startApp } from "./app.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createLogger, type Logger } from "./logger.ts";
import { keepPrivate } from "./keep-private.ts";
import { NEWER_STATE_STATUS } from "./state-program.ts";
import { NewerStateError } from "./store/state-version.ts";
import { VERSION } from "./version.ts";

/** Exit follows a signal within ten seconds, whatever does not answer. */
const EXIT_WITHIN_MS = 9500;

async function main(): Promise<void> {
  const config = readConfig();
  const streams = {
    input: process.stdin,
    output: process.stdout,
    interactive: process.stdin.isTTY && process.stdout.isTTY,
    // Some containers' terminals say they are 0 wide.
    columns: () => process.stdout.columns || 80,
  };
  // Where a person reads the posts themselves, only what is wrong is worth a line.
  const log = createLogger(
    config.logLevel ?? (streams.interactive && process.stderr.isTTY ? "warn" : "info"),
    process.stderr.isTTY,
    config.secrets,
  );
  for (const { name, meant } of config.unknown)
    log.warn({ variable: name, meant }, "a variable is set that is not known");
  const stopped = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  const starting = createAdapters(config, streams).then(
    async (adapters) => await startApp(config, adapters, previews, log),
  );
  void stopped.then(() => exitSoon(log));
  const app = await starting;
  log.info({ version: VERSION }, "ready");
  const newer = await Promise.race([stopped.then(() => null), app.outdated]);
  log.info("stopping");
  if (newer !== null) {
    log.error({ reason: newer.message }, "a newer Planetwire takes over");
    exitSoon(log, NEWER_STATE_STATUS);
  }
  await app.stop();
  if (newer !== null) throw newer;
}

function exitSoon(log: Logger, status = 0): void {
  setTimeout(() => {
    log.warn("something did not answer in time; exiting without it");
    process.exit(status);
  }, EXIT_WITHIN_MS).unref();
}

keepPrivate();
try {
  await main();
  process.exit(0);
} catch (error) {
  const problems =
    error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : String(error)];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(error instanceof NewerStateError ? NEWER_STATE_STATUS : 1);
}
