import type { LogLevel } from "@slack/bolt";
import { LogLevel as levels } from "@slack/bolt";
import type { Host } from "../../src/adapter.ts";

/** The SDK's logger. What it says of single failures is our business and is said by us; here it is for those who look closely. */
export class QuietLogger {
  readonly #log: Host["log"] | null;

  constructor(log: Host["log"] | null) {
    this.#log = log;
  }

  debug(): void {
    // The SDK writes whole messages here.
  }

  info(...said: unknown[]): void {
    this.#log?.trace({ said: said.map(String).join(" ") }, "Slack's SDK says");
  }

  warn(...said: unknown[]): void {
    this.#log?.debug({ said: said.map(String).join(" ") }, "Slack's SDK complains");
  }

  error(...said: unknown[]): void {
    this.#log?.debug({ said: said.map(String).join(" ") }, "Slack's SDK complains");
  }

  setLevel(): void {
    // The project's own logger decides.
  }

  getLevel(): LogLevel {
    return levels.INFO;
  }

  setName(): void {
    // Every line bears the platform's name already.
  }
}
