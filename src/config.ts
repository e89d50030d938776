import { existsSync, readFileSync } from "node:fs";
import { DEFAULT_LIMITS, type FetcherOptions } from "./feed/fetch/fetch.ts";
import type { LogLevel } from "./logger.ts";
import { type ChatConfig, readPlatforms } from "./config-platforms.ts";
import { LOG_LEVELS } from "./config-table.ts";
import { type UnknownVariable, unknownVariables } from "./config-names.ts";
import { type Environment, Reader } from "./config-reader.ts";
import { VERSION } from "./version.ts";

/** A second, and less where feeds are asked more often than every quarter of an hour, so that a host of many can be read in time. */
const LONGEST_HOST_PAUSE_MS = 1000;
const PAUSES_PER_INTERVAL = 900;

export interface Config extends ChatConfig {
  /** null: a private Redis in `dataDir`. */
  readonly redisUrl: string | null;
  readonly dataDir: string;
  readonly poll: { readonly minMs: number; readonly maxMs: number };
  /** A feed that fails for so long says so, and is not read any more. */
  readonly trouble: { readonly noticeAfterMs: number; readonly stopAfterMs: number };
  /** Between two requests to one host. */
  readonly hostPauseMs: number;
  readonly fetch: FetcherOptions;
  readonly digestFrom: number;
  readonly mostFollows: number;
  readonly retentionMs: number;
  /** How long a channel that the bot was removed from is kept. */
  readonly leftKeepMs: number;
  readonly attemptMs: number;
  readonly settleMs: number;
  /** From a change of an entry until its message is edited. */
  readonly editWaitMs: number;
  readonly lockMs: number;
  readonly sweepMs: number;
  /** null when it is not set. */
  readonly logLevel: LogLevel | null;
  /** What must never be shown: tokens, and the password of Redis. */
  readonly secrets: readonly string[];
  /** Set, read by nobody, and probably meant for Planetwire. */
  readonly unknown: readonly UnknownVariable[];
}

/** Every problem at once, each with the variable, what is wrong, and an example. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Reads the environment of this process, and before it the file `.env` of the working folder. Throws `ConfigError`. */
export function readConfig(): Config {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return loadConfig(process.env, (path) => readFileSync(path, "utf8"));
}

/** Pure but for `readFile`, which reads the files of secrets. Throws `ConfigError`. */
export function loadConfig(env: Environment, readFile: (path: string) => string): Config {
  const reader = new Reader(env, readFile);
  const minMs = reader.seconds("POLL_MIN_SECONDS");
  const maxMs = reader.seconds("POLL_MAX_SECONDS");
  if (maxMs < minMs) reader.problem("POLL_MAX_SECONDS", "is less than POLL_MIN_SECONDS", "21600");
  const settleMs = reader.seconds("UNCERTAIN_WAIT_SECONDS");
  const config: Omit<Config, "secrets"> = {
    redisUrl: reader.redisUrl(),
    dataDir: reader.text("DATA_DIR"),
    ...readPlatforms(reader),
    poll: { minMs, maxMs },
    trouble: {
      noticeAfterMs: reader.seconds("FAILING_NOTICE_SECONDS"),
      stopAfterMs: reader.seconds("FAILING_STOP_SECONDS"),
    },
    hostPauseMs: Math.min(LONGEST_HOST_PAUSE_MS, minMs / PAUSES_PER_INTERVAL),
    fetch: {
      userAgent: userAgent(reader.text("CONTACT")),
      allowPrivate: reader.addressRules(),
      limits: DEFAULT_LIMITS,
    },
    digestFrom: reader.integer("DIGEST_FROM"),
    mostFollows: reader.integer("MAX_FOLLOWS_PER_CHANNEL"),
    leftKeepMs: reader.integer("LEFT_KEEP_DAYS") * 86_400_000,
    retentionMs: reader.integer("RETENTION_DAYS") * 86_400_000,
    // A post that is under way ends well before anyone looks whether it landed.
    attemptMs: Math.min(15_000, Math.max(1000, settleMs / 4)),
    settleMs,
    editWaitMs: reader.seconds("EDIT_WAIT_SECONDS"),
    lockMs: reader.seconds("LOCK_SECONDS"),
    sweepMs: reader.seconds("SWEEP_SECONDS"),
    logLevel: reader.text("LOG_LEVEL") === "" ? null : reader.choice("LOG_LEVEL", LOG_LEVELS, "info"),
    unknown: unknownVariables(Object.keys(env)),
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return { ...config, secrets: [...reader.secrets] };
}

function userAgent(contact: string): string {
  return contact === "" ? `Planetwire/${VERSION}` : `Planetwire/${VERSION} (+${contact})`;
}
