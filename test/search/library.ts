import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromRecord, type StoredEntry } from "../../src/feed/entry-record.ts";
import { createLogger } from "../../src/logger.ts";
import { SearchIndex } from "../../src/search/search-index.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { SearchStore } from "../../src/store/search-store.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";

export interface Library {
  readonly real: RealRedis;
  readonly dataDir: string;
  /** One more index, in this folder or another. */
  index(dataDir?: string, installation?: string): SearchIndex;
  close(): Promise<void>;
}

/** A Redis with entries, and indexes of it. */
export async function openLibrary(): Promise<Library> {
  const real = await openRealRedis();
  const dataDir = await mkdtemp(join(tmpdir(), "planetwire-search-"));
  const indexes: SearchIndex[] = [];
  return {
    real,
    dataDir,
    index(folder = dataDir, installation = "test") {
      const store = new SearchStore(real.redis);
      const index = new SearchIndex({ dataDir: folder, installation, store, log: createLogger("silent", false) });
      indexes.push(index);
      return index;
    },
    async close() {
      for (const index of indexes) await index.close();
      await real.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type Written = Partial<StoredEntry> & { readonly seenAtMs?: number };

export function toEntry(written: Written): StoredEntry {
  const { seenAtMs: _, ...entry } = { titleRaw: written.title ?? "", link: "https://blog.example/", ...written };
  const whole = fromRecord(JSON.stringify(entry));
  if (whole === null) throw new Error("this is no entry");
  return whole;
}

/** Stores entries as a recording does, behind those that are there; returns their numbers. */
export async function publish(
  real: Pick<RealRedis, "redis">,
  feedId: string,
  entries: readonly Written[],
): Promise<number[]> {
  const { state, entries: records } = feedKeys(feedId);
  const last = Number((await real.redis.hget(state, "seq")) ?? 0);
  const rows = entries.map((entry, i) => [String(last + i + 1), stored(entry)] as const);
  await real.redis
    .multi()
    .hset(records, Object.fromEntries(rows))
    .hset(state, "seq", String(last + entries.length))
    .exec();
  return entries.map((_, i) => last + i + 1);
}

function stored(written: Written): string {
  const { seenAtMs = Date.parse("2026-06-01T00:00:00Z"), ...entry } = written;
  return `${String(seenAtMs)},k1,k2 v:x\n${JSON.stringify(toEntry(entry))}`;
}

/** Replaces an entry's record as a recording does that sees it changed. */
export async function change(real: RealRedis, feedId: string, number: number, entry: Written): Promise<void> {
  const keys = feedKeys(feedId);
  const edits = Number((await real.redis.hget(keys.state, "edits")) ?? 0) + 1;
  await real.redis
    .multi()
    .hset(keys.entries, String(number), stored(entry))
    .zadd(keys.edits, edits, String(number))
    .hset(keys.state, "edits", String(edits))
    .exec();
}

/** Entries before `first` are kept no more. */
export async function trim(real: RealRedis, feedId: string, first: number): Promise<void> {
  const keys = feedKeys(feedId);
  const old = Array.from({ length: first - 1 }, (_, i) => String(i + 1));
  await real.redis
    .multi()
    .hdel(keys.entries, ...old)
    .hset(keys.state, "first", String(first))
    .exec();
}

/** Finds again until nothing is still being read. */
export async function findAll(
  index: SearchIndex,
  feedIds: readonly string[],
  query: Parameters<SearchIndex["find"]>[1],
  page = { offset: 0, limit: 10_000 },
): ReturnType<SearchIndex["find"]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const result = await index.find(feedIds, query, page);
    if (result.stillReading === 0) return result;
  }
  throw new Error("it does not stop reading");
}
