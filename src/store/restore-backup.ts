import { randomBytes } from "node:crypto";
import { backupKeys, checkBackupFile } from "./backup-file.ts";
import { type KeyLine, toBytes } from "./backup-lines.ts";
import { readTime } from "./clock.ts";
import { mastersOf, type Redis } from "./connection.ts";
import { OWN_KEYS, restorationKey, restoringKey } from "./keys.ts";
import { QUEUE_KEYS } from "./queue.ts";
import type { Restoration } from "./restoration.ts";
import { NewerStateError, STATE_VERSION, StateError } from "./state-version.ts";
import { otherClients, type OpenRedis } from "./open-redis.ts";

const PAGE = 1000;
/** Lines that are on their way to Redis at once. */
const AT_ONCE = 200;
/** What says that somebody used this state. */
const USED = /^pw:(?:feed|channel):/;

export interface RestoreOptions {
  readonly path: string;
  /** What is there already is removed. */
  readonly isReplacing: boolean;
  /** Called now and then, with how many of all lines are written. */
  readonly onProgress: (done: number, all: number) => void;
  /** The newest version of a state that can be taken. */
  readonly version?: number;
}

export interface Restored {
  readonly keys: number;
  readonly takenAtMs: number;
}

/**
 * Puts the state of a backup in the place of what is there. The file is read to its end before anything is changed; from then on until the end
 * nobody can start on this Redis, also when this process is killed in between. Throws `StateError` or `BackupFileError` with what to do.
 */
export async function restoreBackup(
  { redis, name }: Pick<OpenRedis, "redis" | "name">,
  options: RestoreOptions,
): Promise<Restored> {
  const { path, isReplacing, onProgress, version = STATE_VERSION } = options;
  const { stateVersion, takenAtMs, lines } = await checkBackupFile(path);
  if (stateVersion > version) throw new NewerStateError(stateVersion, version);
  if (!isReplacing && (await isUsed(redis)))
    throw new StateError(
      "This Redis holds a state already. Nothing was changed: to put the backup in its place, add --replace.",
    );
  await shutDoor(redis, name);
  for (const pattern of [OWN_KEYS, QUEUE_KEYS]) await removeAll(redis, pattern);
  const keys = await writeAll(redis, path, (done) => onProgress(done, lines));
  await noteRestoration(redis, takenAtMs);
  await redis.del(restoringKey);
  return { keys, takenAtMs };
}

async function isUsed(redis: Redis): Promise<boolean> {
  if ((await redis.exists(restoringKey)) === 1) return true;
  for await (const keys of pagesOf(redis, OWN_KEYS)) if (keys.some((key) => USED.test(key))) return true;
  return false;
}

/** Who starts from here on is refused; who was there before is seen. */
async function shutDoor(redis: Redis, name: string): Promise<void> {
  const wasShut = (await redis.exists(restoringKey)) === 1;
  await redis.set(restoringKey, name);
  const others = await otherClients(redis, name).catch(async (error: unknown) => {
    if (!wasShut) await redis.del(restoringKey);
    const why = error instanceof Error ? error.message : String(error);
    throw new StateError(
      `This Redis does not say whether a bot runs (CLIENT LIST: ${why}), and a restore beside one would repeat its posts. Allow that command.`,
    );
  });
  if (others.length === 0) return;
  if (!wasShut) await redis.del(restoringKey);
  throw new StateError(
    `${String(others.length)} connections of Planetwire use this Redis. Nothing was changed: stop every bot and command first.`,
  );
}

async function removeAll(redis: Redis, pattern: string): Promise<void> {
  for await (const keys of pagesOf(redis, pattern)) {
    const gone = keys.filter((key) => key !== restoringKey);
    await Promise.all(gone.map(async (key) => await redis.unlink(key)));
  }
}

async function* pagesOf(redis: Redis, pattern: string): AsyncGenerator<readonly string[]> {
  for (const server of mastersOf(redis))
    for (let cursor = "start"; cursor !== "0";) {
      const [next, keys] = await server.scan(cursor === "start" ? "0" : cursor, "MATCH", pattern, "COUNT", PAGE);
      cursor = next;
      yield keys;
    }
}

async function writeAll(redis: Redis, path: string, onProgress: (done: number) => void): Promise<number> {
  let done = 0;
  let keys = 0;
  let last = "";
  let under: Promise<void>[] = [];
  for await (const line of backupKeys(path)) {
    if (line[0] !== last) keys += 1;
    last = line[0];
    const written = writeKey(redis, line);
    // Awaited below; it may fail while the file is read on.
    written.catch(() => undefined);
    under.push(written);
    onProgress((done += 1));
    if (under.length < AT_ONCE) continue;
    await Promise.all(under);
    under = [];
  }
  await Promise.all(under);
  return keys;
}

async function writeKey(redis: Redis, [key, type, expireAtMs, values]: KeyLine): Promise<void> {
  const bytes = values.map(toBytes);
  if (bytes.length === 0) return;
  switch (type) {
    case "string":
      await redis.set(key, bytes[0] ?? "");
      break;
    case "hash":
      await redis.hset(key, ...bytes);
      break;
    case "set":
      await redis.sadd(key, ...bytes);
      break;
    case "zset":
      await redis.zadd(key, ...scored(bytes));
      break;
  }
  if (expireAtMs > 0) await redis.pexpireat(key, expireAtMs);
}

/** SCAN gives members before scores, ZADD takes them behind. */
function scored(bytes: readonly Buffer[]): Buffer[] {
  return bytes.flatMap((member, i) => (i % 2 === 0 ? [bytes[i + 1] ?? Buffer.from("0"), member] : []));
}

async function noteRestoration(redis: Redis, takenAtMs: number): Promise<void> {
  const restoredAtMs = await readTime(redis);
  const restoration: Restoration = { id: randomBytes(9).toString("base64url"), takenAtMs, restoredAtMs };
  await redis.set(restorationKey, JSON.stringify(restoration));
}
