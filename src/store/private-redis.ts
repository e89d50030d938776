import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answers } from "./connection.ts";

/** `sun_path` of unix(7) holds 108 bytes with the closing zero. */
const MAX_SOCKET_PATH = 107;
/** A large append-only file takes its time to load. */
const PATIENCE_MS = 600_000;
const MOST_FAILURES = 3;
/** What flock(1) is told to exit with when another server holds the lock. */
const LOCKED = 75;
const PROBE_MS = 1000;
const OLDEST_MAJOR = 7;

class PrivateRedisError extends Error {
  override readonly name = "PrivateRedisError";
}

export function socketPath(dataDir: string): string {
  const path = join(resolve(dataDir), "redis", "redis.sock");
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path;
  return join(tmpdir(), `planetwire-${createHash("sha256").update(path).digest("hex").slice(0, 16)}.sock`);
}

/** redis-server or valkey-server, whichever is installed and new enough. Throws `PrivateRedisError` with what to do. */
export function findServer(): string {
  for (const name of ["redis-server", "valkey-server"]) {
    const { error, stdout } = spawnSync(name, ["--version"], { encoding: "utf8" });
    if (error !== undefined) continue;
    const version = /v=(\d+)\.[\d.]+/.exec(stdout);
    if (Number(version?.[1] ?? 0) >= OLDEST_MAJOR) return name;
    throw new PrivateRedisError(
      `${name} ${version?.[0].slice(2) ?? "of an unknown version"} is too old: Planetwire needs Redis 7.0 or later, or Valkey.`,
    );
  }
  throw new PrivateRedisError(
    "No redis-server found. Install it (on Debian: apt-get install redis-server), or set REDIS_URL to a Redis that runs elsewhere.",
  );
}

/**
 * `save ""`: the append-only file is all there is to keep. The listpack limits keep a large planet's keys compact, and small
 * hashes with a value of more than 64 bytes: a URL, an author's row, a follow's settings. `docker-compose.yml` has the same.
 */
export const KEPT_SETTINGS = {
  appendonly: "yes",
  appendfsync: "always",
  save: "",
  "maxmemory-policy": "noeviction",
  "hash-max-listpack-entries": "1024",
  "hash-max-listpack-value": "512",
  "zset-max-listpack-entries": "256",
};

const SETTINGS = { port: "0", daemonize: "no", unixsocketperm: "700", ...KEPT_SETTINGS };

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches the bot first. The lock is a file descriptor that
 * flock(1) passes on: the server itself holds it to its end, and two servers never share an append-only file.
 */
async function spawnServer(server: string, dataDir: string): Promise<ChildProcess> {
  const dir = join(resolve(dataDir), "redis");
  mkdirSync(dir, { recursive: true });
  const settings = { ...SETTINGS, dir, unixsocket: socketPath(dataDir), logfile: join(dir, "redis.log") };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const lock = ["-n", "-F", "-E", String(LOCKED), join(dir, "lock")];
  const child = spawn("flock", [...lock, server, ...options], { detached: true, stdio: "ignore" });
  child.unref();
  try {
    await once(child, "spawn");
  } catch (error) {
    const message = "The flock command is missing (on Debian: package util-linux). Install it, or set REDIS_URL.";
    throw new PrivateRedisError(message, { cause: error });
  }
  return child;
}

/**
 * Makes sure that the private Redis of `dataDir` answers: uses the one that runs (also one whose bot was killed), else starts
 * it. Throws `PrivateRedisError` with what to do.
 */
export async function ensurePrivateRedis(dataDir: string): Promise<void> {
  const address = { socket: socketPath(dataDir) };
  if (await answers(address, PROBE_MS)) return;
  const server = findServer();
  const log = join(resolve(dataDir), "redis", "redis.log");
  let child: ChildProcess | null = null;
  let failures = 0;
  for (const started = Date.now(); Date.now() - started < PATIENCE_MS; await sleep(30)) {
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      if (await answers(address, PROBE_MS)) return;
      continue;
    }
    if (child !== null && child.exitCode !== LOCKED) failures += 1;
    if (failures >= MOST_FAILURES) throw new PrivateRedisError(`The private Redis does not start; ${log} says why.`);
    if (child !== null) await sleep(200);
    if (await answers(address, PROBE_MS)) return;
    child = await spawnServer(server, dataDir);
  }
  throw new PrivateRedisError(`The private Redis does not answer; ${log} may say why.`);
}
