import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelStore } from "../../src/store/channel-store.ts";
import { connect, mastersOf } from "../../src/store/connection.ts";
import { FeedStore } from "../../src/store/feed-store.ts";
import { LinkStore } from "../../src/store/link-store.ts";
import { startRedis } from "../support/redis.ts";

export type RedisClient = ReturnType<typeof connect>;

/** A redis-server for one test file, and the stores on it. */
export interface RealRedis {
  readonly url: string;
  /** Removed with it. */
  readonly directory: string;
  readonly redis: RedisClient;
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly links: LinkStore;
  /** One more connection, closed with the others. */
  client(): Promise<RedisClient>;
  close(): Promise<void>;
}

export async function openRealRedis(): Promise<RealRedis> {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-test-"));
  const server = await startRedis(directory);
  const clients: RedisClient[] = [];
  async function client(): Promise<RedisClient> {
    const redis = connect({ url: server.url }, "planetwire-test");
    // A client that was cut off on purpose says so; nobody listens.
    redis.on("error", () => undefined);
    clients.push(redis);
    await redis.connect();
    return redis;
  }
  const redis = await client();
  return {
    url: server.url,
    directory,
    redis,
    feeds: new FeedStore(redis),
    channels: new ChannelStore(redis),
    links: new LinkStore(redis),
    client,
    async close() {
      for (const one of clients) one.disconnect();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A feed or channel that no other test touches. Letters and digits alone, since some make a host of it, and answers escape `_`. */
export function freshFeedId(): string {
  return randomBytes(6).toString("hex");
}

export function freshChannel(): string {
  return `test:${randomBytes(6).toString("hex")}`;
}

/** Of all nodes. */
export async function allKeys(redis: RedisClient, pattern = "*"): Promise<string[]> {
  return (await Promise.all(mastersOf(redis).map(async (master) => await master.keys(pattern)))).flat();
}

/** Every key whose hash tag is `id`, with what is in it; Redis times do not count. */
export async function dump(redis: RedisClient, id: string): Promise<Record<string, unknown>> {
  const keys = (await allKeys(redis)).filter((key) => key.includes(`{${id}}`)).sort();
  const found: Record<string, unknown> = {};
  for (const key of keys) found[key.replaceAll(id, "ID")] = withoutTimes(await contents(redis, key), id);
  return found;
}

async function contents(redis: RedisClient, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case "hash":
      return await redis.hgetall(key);
    case "zset":
      // Where scores are times, the order of what came in one millisecond is nobody's promise.
      return key.includes("times") ? (await redis.zrange(key, "0", "-1")).sort() : await redis.zrange(key, "0", "-1");
    default:
      return await redis.get(key);
  }
}

function withoutTimes(value: unknown, id: string): unknown {
  const text = JSON.stringify(value)
    .replaceAll(id, "ID")
    .replaceAll(/\b1[6-9]\d{11}\b/g, "TIME")
    // Time, too, and left out as long as there was none.
    .replace(/"watchedMs":"\d+",?/, "")
    .replace(",}", "}");
  return JSON.parse(text);
}
