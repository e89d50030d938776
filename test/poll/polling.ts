import { parseAddressRules } from "../../src/feed/fetch/address.ts";
import { createFetcher } from "../../src/feed/fetch/fetch.ts";
import { createDocumentReader, type DocumentReader } from "../../src/feed/read/document-reader.ts";
import { createLogger } from "../../src/logger.ts";
import type { PollDeps } from "../../src/poll/poll-feed.ts";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { LIMITS } from "../identity/reader.ts";
import type { RealRedis } from "../store/real-redis.ts";

export const silent = createLogger("silent", false);
const RETENTION_MS = 86_400_000;

export interface Polling {
  readonly deps: PollDeps;
  /** Channels that were woken, in order. */
  readonly woken: readonly string[];
  /** Feeds whose end was told, in order. */
  readonly gone: readonly string[];
  close(): Promise<void>;
}

/** Everything a poll needs, real: HTTP to loopback, Redis, fan-out. Only the gate is always open. */
export function openPolling(real: RealRedis, reader: DocumentReader = createDocumentReader()): Polling {
  const allowPrivate = parseAddressRules("127.0.0.1");
  if ("problem" in allowPrivate) throw new Error(allowPrivate.problem);
  const fetcher = createFetcher({ userAgent: "Planetwire/test", allowPrivate });
  const { feeds, channels } = real;
  const woken: string[] = [];
  const gone: string[] = [];
  const wake = async (channel: string): Promise<void> => {
    woken.push(channel);
    await Promise.resolve();
  };
  const deps: PollDeps = {
    feeds,
    fetcher,
    reader,
    gate: async () => async () => undefined,
    bounds: { minMs: 1000, maxMs: 60_000 },
    limits: LIMITS,
    nowMs: async () => Date.now(),
    fanOut: async (feedId) => await finishFanOuts({ feeds, channels, wake, retentionMs: RETENTION_MS }, feedId),
    trouble: { noticeAfterMs: 86_400_000, stopAfterMs: 14 * 86_400_000 },
    tell: async (feedId, _state, { kind }) => {
      if (kind === "gone") gone.push(feedId);
      await Promise.resolve();
    },
    log: silent,
  };
  const close = async (): Promise<void> => {
    await reader.close();
    await fetcher.close();
  };
  return { deps, woken, gone, close };
}

export const never = new AbortController().signal;
