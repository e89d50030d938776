import { existsSync, readFileSync } from "node:fs";
import { parseAddressRules } from "./feed/fetch/address.ts";
import { DEFAULT_LIMITS, type FetcherOptions } from "./feed/fetch/fetch.ts";
import type { LogLevel } from "./logger.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What may be set, with its default. `.env.example` lists the same names. */
export const VARIABLES = {
  REDIS_URL: "",
  DATA_DIR: "./data",
  POLL_MIN_SECONDS: "900",
  POLL_MAX_SECONDS: "21600",
  ALLOW_PRIVATE_NETWORKS: "",
  CONTACT: "",
  DIGEST_FROM: "10",
  MAX_FOLLOWS_PER_CHANNEL: "100",
  RETENTION_DAYS: "180",
  UNCERTAIN_WAIT_SECONDS: "60",
  LOCK_SECONDS: "5",
  SWEEP_SECONDS: "30",
  LOG_LEVEL: "",
} as const;

type Name = keyof typeof VARIABLES;

/** Each may also come from a file named by NAME_FILE, as secrets do in containers. */
const SECRETS: readonly Name[] = ["REDIS_URL"];
const LOG_LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
const VERSION = "0.0.0";

export interface Config {
  /** null: a private Redis in `dataDir`. */
  readonly redisUrl: string | null;
  readonly dataDir: string;
  /** Those whose variables are set; the console when none is. */
  readonly platforms: readonly string[];
  readonly poll: { readonly minMs: number; readonly maxMs: number };
  readonly fetch: FetcherOptions;
  readonly digestFrom: number;
  readonly mostFollows: number;
  readonly retentionMs: number;
  readonly attemptMs: number;
  readonly settleMs: number;
  readonly lockMs: number;
  readonly sweepMs: number;
  /** null when it is not set. */
  readonly logLevel: LogLevel | null;
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
  const minMs = reader.seconds("POLL_MIN_SECONDS", 0.1, 86_400);
  const maxMs = reader.seconds("POLL_MAX_SECONDS", 0.1, 604_800);
  if (maxMs < minMs) reader.problem("POLL_MAX_SECONDS", "is less than POLL_MIN_SECONDS", "21600");
  const settleMs = reader.seconds("UNCERTAIN_WAIT_SECONDS", 0.1, 3600);
  const config: Config = {
    redisUrl: reader.redisUrl(),
    dataDir: reader.text("DATA_DIR"),
    platforms: ["console"],
    poll: { minMs, maxMs },
    fetch: {
      userAgent: userAgent(reader.text("CONTACT")),
      allowPrivate: reader.addressRules(),
      limits: DEFAULT_LIMITS,
    },
    digestFrom: reader.integer("DIGEST_FROM", 2, 1000),
    mostFollows: reader.integer("MAX_FOLLOWS_PER_CHANNEL", 1, 100_000),
    retentionMs: reader.integer("RETENTION_DAYS", 1, 36_500) * 86_400_000,
    // A post that is under way ends well before anyone looks whether it landed.
    attemptMs: Math.min(15_000, Math.max(1000, settleMs / 4)),
    settleMs,
    lockMs: reader.seconds("LOCK_SECONDS", 0.5, 300),
    sweepMs: reader.seconds("SWEEP_SECONDS", 0.5, 3600),
    logLevel: reader.text("LOG_LEVEL") === "" ? null : reader.choice("LOG_LEVEL", LOG_LEVELS, "info"),
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}

function userAgent(contact: string): string {
  return contact === "" ? `Planetwire/${VERSION}` : `Planetwire/${VERSION} (+${contact})`;
}

class Reader {
  readonly problems: string[] = [];
  readonly #env: Environment;
  readonly #readFile: (path: string) => string;

  constructor(env: Environment, readFile: (path: string) => string) {
    this.#env = env;
    this.#readFile = readFile;
  }

  problem(name: string, what: string, example: string): void {
    this.problems.push(`${name} ${what}. For example: ${name}=${example}`);
  }

  text(name: Name): string {
    const direct = this.#env[name]?.trim() ?? "";
    if (direct !== "") return direct;
    const file = this.#env[`${name}_FILE`] ?? "";
    if (file === "" || !SECRETS.includes(name)) return VARIABLES[name];
    try {
      return this.#readFile(file).trim();
    } catch {
      this.problem(`${name}_FILE`, "names a file that cannot be read", `/run/secrets/${name.toLowerCase()}`);
      return VARIABLES[name];
    }
  }

  seconds(name: Name, least: number, most: number): number {
    return this.#number(name, least, most, "a number of seconds", /^\d+(\.\d+)?$/) * 1000;
  }

  integer(name: Name, least: number, most: number): number {
    return this.#number(name, least, most, "a whole number", /^\d+$/);
  }

  choice<T extends string>(name: Name, all: readonly T[], otherwise: T): T {
    const found = all.find((one) => one === this.text(name));
    if (found === undefined) this.problem(name, `must be one of ${all.join(", ")}`, otherwise);
    return found ?? otherwise;
  }

  /** Never shown: it may hold a password. */
  redisUrl(): string | null {
    const url = this.text("REDIS_URL");
    if (url === "") return null;
    if (!/^(rediss?|unix):\/\/./.test(url))
      this.problem("REDIS_URL", "must begin with redis:// or rediss://", "redis://localhost:6379");
    return url;
  }

  addressRules(): FetcherOptions["allowPrivate"] {
    const rules = parseAddressRules(this.text("ALLOW_PRIVATE_NETWORKS"));
    if (!("problem" in rules)) return rules;
    this.problem("ALLOW_PRIVATE_NETWORKS", rules.problem, "intranet.example.org,10.0.0.0/8");
    return this.#noRules();
  }

  #noRules(): FetcherOptions["allowPrivate"] {
    const none = parseAddressRules("");
    if ("problem" in none) throw new Error(none.problem);
    return none;
  }

  #number(name: Name, least: number, most: number, what: string, form: RegExp): number {
    const text = this.text(name);
    const value = Number(text);
    if (form.test(text) && value >= least && value <= most) return value;
    this.problem(name, `must be ${what} from ${String(least)} to ${String(most)}, and is “${text}”`, VARIABLES[name]);
    return Number(VARIABLES[name]);
  }
}
