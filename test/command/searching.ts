import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandDeps } from "../../src/command/deps.ts";
import type { RawEntry } from "../../src/feed/entry.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { entryId } from "../../src/relay/item.ts";
import { SearchIndex } from "../../src/search/search-index.ts";
import type { LedgerRow } from "../../src/store/ledger-store.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { LedgerStore } from "../../src/store/ledger-store.ts";
import { RecentSearches } from "../../src/store/recent-searches.ts";
import { SearchStore } from "../../src/store/search-store.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { silent } from "../poll/polling.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";

/** A real Redis with a real search index on it. */
export interface Searching {
  readonly real: RealRedis;
  /** What commands need to search; links are `https://chat.example/<ref>`. */
  readonly deps: Pick<CommandDeps, "search" | "ledger" | "recentSearches" | "linkOf">;
  /** A feed of its own; its entries are numbered from 1 in the order of `entries`. */
  feed(title: string, entries: readonly Partial<RawEntry>[]): Promise<string>;
  /** A channel that follows these feeds. */
  channel(...feedIds: readonly string[]): Promise<string>;
  /** Makes the ledger of a channel say so. */
  became(channel: string, feedId: string, number: number, row: Partial<LedgerRow>): Promise<void>;
  close(): Promise<void>;
}

export async function openSearching(): Promise<Searching> {
  const real = await openRealRedis();
  const dataDir = await mkdtemp(join(tmpdir(), "planetwire-test-"));
  const store = new SearchStore(real.redis);
  const search = new SearchIndex({ dataDir, installation: "test", store, log: silent });
  return {
    real,
    deps: {
      search,
      ledger: new LedgerStore(real.redis),
      recentSearches: new RecentSearches(real.redis),
      linkOf: async (_channel, ref) => await Promise.resolve(`https://chat.example/${ref}`),
    },
    feed: async (title, entries) => {
      const feedId = freshFeedId();
      await real.feeds.setState(feedId, { url: `https://${feedId}.example/feed`, title });
      for (const [i, values] of entries.entries())
        await recordDocument(real.feeds, feedId, documentOf([entry(i + 1, values)]), false, LIMITS);
      return feedId;
    },
    channel: async (...feedIds) => {
      const channel = freshChannel();
      for (const feedId of feedIds) await follow(real, channel, feedId);
      return channel;
    },
    became: async (channel, feedId, number, row) => {
      const json = JSON.stringify({ offeredAt: 1, at: 1, ...row });
      await real.redis.hset(channelKeys(channel).ledger, entryId(feedId, number), json);
    },
    close: async () => {
      await search.close();
      await real.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
