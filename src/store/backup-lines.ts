import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";

/**
 * A backup is gzip over lines of JSON: what it is; then the keys, one a line, large ones on several; then how many lines there were and their
 * SHA-256. Contents are written out, not as Redis' own DUMP: so any Redis or Valkey can take them, also an older one than they come from.
 */
export const BACKUP_FORMAT = 1;

export interface BackupHead {
  readonly planetwire: "backup";
  readonly format: number;
  /** As `neededVersion` of the state. */
  readonly stateVersion: number;
  /** Redis time in ms: everything is as it was at this instant. */
  readonly takenAtMs: number;
}

/** Text, or bytes that are none. */
export type Value = string | { readonly base64: string };

/** Key, type, Redis time in ms at which it expires (0: never), contents; fields and values, or members and scores, in turns. */
export type KeyLine = readonly [
  key: string,
  type: "string" | "hash" | "set" | "zset",
  expireAtMs: number,
  values: readonly Value[],
];

export interface BackupEnd {
  readonly lines: number;
  readonly sha256: string;
}

export function toValue(bytes: Buffer): Value {
  return isUtf8(bytes) ? bytes.toString("utf8") : { base64: bytes.toString("base64") };
}

export function toBytes(value: Value): Buffer {
  return typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value.base64, "base64");
}

/** What all lines come to, in order. */
export class Sum {
  lines = 0;
  readonly #hash = createHash("sha256");

  /** @param line without its end */
  add(line: string): void {
    this.lines += 1;
    this.#hash.update(line).update("\n");
  }

  end(): BackupEnd {
    return { lines: this.lines, sha256: this.#hash.digest("hex") };
  }
}
