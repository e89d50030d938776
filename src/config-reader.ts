import { isClusterUrl, parseClusterUrl } from "./store/cluster-url.ts";
import { parseAddressRules } from "./feed/fetch/address.ts";
import { namesToSet, variable, type VariableName } from "./config-table.ts";
import type { FetcherOptions } from "./feed/fetch/fetch.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Every variable, set to nothing: for processes that must not reach what the environment or a file `.env` in their working
 * folder leads to, such as the demo's. What is set, even to nothing, is not taken from that file.
 */
export function unsetVariables(): Record<string, string> {
  return Object.fromEntries(namesToSet().map((name) => [name, ""]));
}

/** Reads variables one by one and remembers what is wrong with them. */
export class Reader {
  readonly problems: string[] = [];
  /** What was read that must never be shown. */
  readonly secrets = new Set<string>();
  readonly #env: Environment;
  readonly #readFile: (path: string) => string;

  constructor(env: Environment, readFile: (path: string) => string) {
    this.#env = env;
    this.#readFile = readFile;
  }

  problem(name: string, what: string, example: string): void {
    this.problems.push(`${name} ${what}. For example: ${name}=${example}`);
  }

  text(name: VariableName): string {
    const value = this.#value(name);
    if (value !== "" && variable(name).type.kind === "secret") this.secrets.add(value);
    return value;
  }

  #value(name: VariableName): string {
    const direct = this.#env[name]?.trim() ?? "";
    if (direct !== "") return direct;
    const { type, default: otherwise } = variable(name);
    const file = this.#env[`${name}_FILE`] ?? "";
    if (file === "" || type.kind !== "secret") return otherwise;
    try {
      return this.#readFile(file).trim();
    } catch {
      this.problem(`${name}_FILE`, "names a file that cannot be read", `/run/secrets/${name.toLowerCase()}`);
      return otherwise;
    }
  }

  /** In milliseconds. */
  seconds(name: VariableName): number {
    return this.#number(name, "a number of seconds", /^\d+(\.\d+)?$/) * 1000;
  }

  integer(name: VariableName): number {
    return this.#number(name, "a whole number", /^\d+$/);
  }

  /** Words with commas or spaces between. */
  list(name: VariableName): readonly string[] {
    return this.text(name)
      .split(/[\s,]+/)
      .filter((word) => word !== "");
  }

  choice<T extends string>(name: VariableName, all: readonly T[], otherwise: T): T {
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
    const [, password = ""] = /^\w+:\/\/[^/@]*:([^/]*)@/.exec(url) ?? [];
    for (const written of [password, decoded(password)]) if (written !== "") this.secrets.add(written);
    return url;
  }

  /** An address as it was written; slashes at its end are the caller's business. */
  webUrl(name: VariableName): string {
    const url = this.text(name);
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      this.problem(
        name,
        `must be a web address, and is “${url}”`,
        variable(name).default || "https://matrix.example.org",
      );
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

  #number(name: VariableName, what: string, form: RegExp): number {
    const { type, default: otherwise } = variable(name);
    const { least, most } = "least" in type ? type : { least: 0, most: Infinity };
    const text = this.text(name);
    const value = Number(text);
    if (form.test(text) && value >= least && value <= most) return value;
    const example = otherwise || String(Math.max(least, Math.min(most, 8080)));
    this.problem(name, `must be ${what} from ${String(least)} to ${String(most)}, and is “${text}”`, example);
    return Number(example);
  }
}

/** A password with a lone percent sign stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
