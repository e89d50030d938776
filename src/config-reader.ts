import { isClusterUrl, parseClusterUrl } from "./store/cluster-url.ts";
import { parseAddressRules } from "./feed/fetch/address.ts";
import type { FetcherOptions } from "./feed/fetch/fetch.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What may be set, with its default. `.env.example` lists the same names. */
export const VARIABLES = {
  REDIS_URL: "",
  DATA_DIR: "./data",
  POLL_MIN_SECONDS: "900",
  POLL_MAX_SECONDS: "21600",
  FAILING_NOTICE_SECONDS: "86400",
  FAILING_STOP_SECONDS: "1209600",
  ALLOW_PRIVATE_NETWORKS: "",
  CONTACT: "",
  DIGEST_FROM: "10",
  MAX_FOLLOWS_PER_CHANNEL: "100",
  RETENTION_DAYS: "180",
  UNCERTAIN_WAIT_SECONDS: "60",
  EDIT_WAIT_SECONDS: "60",
  LOCK_SECONDS: "5",
  SWEEP_SECONDS: "30",
  LOG_LEVEL: "",
  DISCORD_TOKEN: "",
  DISCORD_API_URL: "https://discord.com/api",
  SLACK_BOT_TOKEN: "",
  SLACK_APP_TOKEN: "",
  SLACK_SIGNING_SECRET: "",
  SLACK_API_URL: "https://slack.com/api/",
  MATRIX_HOMESERVER_URL: "",
  MATRIX_ACCESS_TOKEN: "",
  MATRIX_INVITE_SERVERS: "",
  HTTP_HOST: "127.0.0.1",
  HTTP_PORT: "",
} as const;

type Name = keyof typeof VARIABLES;

/** Each may also come from a file named by NAME_FILE, as secrets do in containers. */
const SECRETS: readonly Name[] = [
  "REDIS_URL",
  "DISCORD_TOKEN",
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_SIGNING_SECRET",
  "MATRIX_ACCESS_TOKEN",
];

/**
 * Every variable, set to nothing: for processes that must not reach what the environment or a file `.env` in their working
 * folder leads to, such as the demo's. What is set, even to nothing, is not taken from that file.
 */
export function unsetVariables(): Record<string, string> {
  const names = [...Object.keys(VARIABLES), ...SECRETS.map((name) => `${name}_FILE`)];
  return Object.fromEntries(names.map((name) => [name, ""]));
}

/** Reads variables one by one and remembers what is wrong with them. */
export class Reader {
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
    if (isClusterUrl(url)) {
      if (parseClusterUrl(url) === null)
        this.problem(
          "REDIS_URL",
          "names no cluster: hosts with commas between",
          "redis+cluster://a:6379,b:6379,c:6379",
        );
    } else if (!/^(rediss?|unix):\/\/./.test(url)) {
      this.problem("REDIS_URL", "must begin with redis://, rediss:// or redis+cluster://", "redis://localhost:6379");
    }
    return url;
  }

  /** An address as it was written; slashes at its end are the caller's business. */
  webUrl(name: Name): string {
    const url = this.text(name);
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      this.problem(name, `must be a web address, and is “${url}”`, VARIABLES[name] || "https://matrix.example.org");
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
    const example = VARIABLES[name] || String(Math.max(least, Math.min(most, 8080)));
    this.problem(name, `must be ${what} from ${String(least)} to ${String(most)}, and is “${text}”`, example);
    return Number(example);
  }
}
