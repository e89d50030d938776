import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answers } from "./connection.ts";

/** `sun_path` of unix(7) holds 108 bytes with the closing zero. */
const MAX_SOCKET_PATH = 107;
const PATIENCE_MS = 20_000;
const PROBE_MS = 1000;
const OLDEST_MAJOR = 7;

export class PrivateRedisError extends Error {
  override readonly name = "PrivateRedisError";
}

export function socketPath(dataDir: string): string {
  const path = join(resolve(dataDir), "redis", "redis.sock");
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path;
  return join(
    tmpdir(),
    `planetwire-${createHash("sha256").update(path).digest("hex").slice(0, 16)}.sock`,
  );
}

/** redis-server or valkey-server, whichever is installed and new enough. */
function findServer(): string {
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
 * Starts the server in a session of its own, so that Ctrl-C reaches the bot first. The lock is a file descriptor that
 * flock(1) passes on: the server itself holds it to its end, and two servers never share an append-only file.
 */
function spawnServer(server: string, dataDir: string): ChildProcess {
  const dir = join(resolve(dataDir), "redis");
  mkdirSync(dir, { recursive: true });
  const settings = [
    "--port",
    "0",
    "--unixsocket",
    socketPath(dataDir),
    "--unixsocketperm",
    "700",
    "--dir",
    dir,
    "--daemonize",
    "no",
  ];
  const durability = [
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--save",
    "",
    "--maxmemory-policy",
    "noeviction",
  ];
  const memory = ["--hash-max-listpack-entries", "1024", "--zset-max-listpack-entries", "256"];
  const args = [
    "-n",
    "-F",
    join(dir, "lock"),
    server,
    ...settings,
    ...durability,
    ...memory,
    "--logfile",
    join(dir, "redis.log"),
  ];
  const child = spawn("flock", args, { detached: true, stdio: "ignore" });
  child.unref();
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
  let child: ChildProcess | null = null;
  let failure: Error | null = null;
  for (
    const started = Date.now();
    Date.now() - started < PATIENCE_MS || child?.exitCode === null;
  ) {
    if (child === null || child.exitCode !== null) {
      child = spawnServer(server, dataDir);
      child.on("error", (error) => {
        failure = error;
      });
    }
    await sleep(30);
    if (await answers(address, PROBE_MS)) return;
    if (failure !== null)
      throw new PrivateRedisError(
        "The flock command is missing (on Debian: package util-linux). Install it, or set REDIS_URL.",
        { cause: failure },
      );
    if (child.exitCode !== null) await sleep(200);
  }
  throw new PrivateRedisError(
    `The private Redis did not start; ${join(resolve(dataDir), "redis", "redis.log")} says why.`,
  );
}
