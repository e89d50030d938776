import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandTally, countCommands } from "./command-tally.ts";
import { type Address, connect, describeAddress, mastersOf, type Redis } from "./connection.ts";
import { examineRedis, ONE_OF_A_CLUSTER } from "./examine-redis.ts";
import { versionKey } from "./keys.ts";
import { ensurePrivateRedis, socketPath } from "./private-redis.ts";

const PROGRAM = "planetwire-";
const REFUSE_AFTER_MS = 3000;
const PATIENCE_MS = 10_000;

export interface RedisOptions {
  /** null: the private Redis in `dataDir`. */
  readonly redisUrl: string | null;
  readonly dataDir: string;
  /** Only one bot may use a private Redis; any number of short-lived commands may. */
  readonly role: "bot" | "command" | "backup" | "restore";
  readonly onError: (error: unknown, where: string) => void;
  readonly onWarning: (text: string) => void;
}

/** A connection, and how it is called in the list of clients. */
export interface OpenRedis {
  readonly redis: Redis;
  readonly name: string;
  readonly commandTally: CommandTally;
}

class StoreError extends Error {
  override readonly name = "StoreError";
}

interface Client {
  readonly id: number;
  readonly name: string;
}

/** Connects, starting the private Redis where none is given. Throws `StoreError` or `PrivateRedisError` with what to do. */
export async function openRedis(options: RedisOptions): Promise<OpenRedis> {
  const { redisUrl, dataDir, role } = options;
  const address: Address = redisUrl === null ? { socket: socketPath(dataDir) } : { url: redisUrl };
  const name = `${PROGRAM}${role}-${String(process.pid)}-${randomBytes(4).toString("hex")}`;
  if (redisUrl === null) await ensurePrivateRedis(dataDir);
  const redis = connect(address, name);
  const commandTally = new CommandTally();
  countCommands(redis, commandTally);
  redis.on("error", (error) => options.onError(error, "redis"));
  redis.on("node error", (error: Error, node: string) => options.onError(error, `redis ${node}`));
  if (redisUrl === null) superviseOnClose(redis, options);
  try {
    await ready(redis, address);
    if (redisUrl === null && role === "bot") await refuseSecondBot(redis, name, dataDir);
    if (redisUrl !== null && role === "bot") await checkSettings(redis, options.onWarning);
    // The first question of all: one node of a cluster answers nothing else.
    await redis.exists(versionKey);
    return { redis, name, commandTally };
  } catch (error) {
    stopSupervising(redis, options);
    redis.disconnect();
    throw isMoved(error) ? new StoreError(`${ONE_OF_A_CLUSTER.text} ${ONE_OF_A_CLUSTER.mend}`) : error;
  }
}

/** The last one to leave a private Redis shuts it down. */
export async function closeRedis(redis: Redis, name: string, options: RedisOptions): Promise<void> {
  stopSupervising(redis, options);
  if (options.redisUrl === null && (await otherClients(redis, name)).length === 0) await shutDown(redis);
  redis.disconnect();
}

/** Names of all connections of other Planetwire processes to this Redis. */
export async function otherClients(redis: Redis, name: string): Promise<string[]> {
  return (await planetwireClients(redis)).map((client) => client.name).filter((other) => other !== name);
}

/** Redis may be on its way up, as after a restart of the machine: it gets `PATIENCE_MS`. */
async function ready(redis: Redis, address: Address): Promise<void> {
  const reasons = new Set<string>();
  const note = (error: Error): void => void reasons.add(error.message);
  redis.on("node error", note);
  const up = new Promise<boolean>((resolve) => redis.once("ready", () => resolve(true)));
  redis.connect().catch(() => undefined);
  const isUp = await Promise.race([up, sleep(PATIENCE_MS, false, { ref: false })]);
  redis.off("node error", note);
  if (isUp) return;
  const why = reasons.size === 0 ? "" : ` (${[...reasons].join("; ")})`;
  throw new StoreError(
    `Redis does not answer at ${describeAddress(address)}${why}. Is it running, and is REDIS_URL right?`,
  );
}

function isMoved(error: unknown): boolean {
  return error instanceof Error && /^(?:MOVED|CLUSTERDOWN) /.test(error.message);
}

/** Every failed attempt to reconnect closes again, so this goes on until the server is back. */
function superviseOnClose(redis: Redis, options: RedisOptions): void {
  let busy = false;
  redis.on("close", () => {
    if (busy) return;
    busy = true;
    ensurePrivateRedis(options.dataDir)
      .catch((error: unknown) => options.onError(error, "redis"))
      .finally(() => {
        busy = false;
      });
  });
}

/** Only a private server is supervised; on a cluster's client this event is the client's own. */
function stopSupervising(redis: Redis, { redisUrl }: RedisOptions): void {
  if (redisUrl === null) redis.removeAllListeners("close");
}

async function planetwireClients(redis: Redis): Promise<Client[]> {
  const lists = await Promise.all(mastersOf(redis).map(async (server) => String(await server.client("LIST"))));
  const clients = lists
    .join("\n")
    .split("\n")
    .map((line) => ({
      id: Number(/\bid=(\d+)/.exec(line)?.[1]),
      name: /\bname=(\S*)/.exec(line)?.[1] ?? "",
    }));
  return clients.filter((client) => client.name.startsWith(PROGRAM));
}

/** A connection ends with its process, however that ends, so the list of clients tells who is alive. The older one stays. */
async function refuseSecondBot(redis: Redis, name: string, dataDir: string): Promise<void> {
  for (const started = Date.now(); ; await sleep(100)) {
    const bots = (await planetwireClients(redis)).filter((client) => client.name.startsWith(`${PROGRAM}bot-`));
    const own = Math.min(...bots.filter((bot) => bot.name === name).map((bot) => bot.id));
    if (!bots.some((bot) => bot.name !== name && bot.id < own)) return;
    if (Date.now() - started < REFUSE_AFTER_MS) continue;
    throw new StoreError(
      `Another bot uses the private Redis of ${dataDir} already. Stop it first, give this one a DATA_DIR of its own, or run both on one Redis with REDIS_URL.`,
    );
  }
}

async function checkSettings(redis: Redis, onWarning: (text: string) => void): Promise<void> {
  for (const { verdict, text, mend } of await examineRedis(redis)) {
    const said = mend === "" ? text : `${text} ${mend}`;
    if (verdict === "refused") throw new StoreError(said);
    if (verdict === "risky") onWarning(said);
  }
}

async function shutDown(redis: Redis): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    redis.once("close", () => resolve());
  });
  for (const server of mastersOf(redis)) {
    server.options.retryStrategy = () => null;
    // The server closes the connection instead of answering.
    server.shutdown().catch(() => undefined);
  }
  await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
}
