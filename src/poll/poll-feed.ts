import { READING_VERSION } from "../feed/entry.ts";
import type { Logger } from "../logger.ts";
import type { FeedStore, RecordLimits } from "../store/feed-store.ts";
import { type FeedState, toFeedState } from "./feed-state.ts";
import { jittered, nextIntervalMs, type PollBounds, type PollEnd } from "./next-poll.ts";
import { readingFields, recordDocument } from "./record.ts";
import { type Reading, type ReadingDeps, readUrl } from "./reading.ts";

export interface PollDeps extends ReadingDeps {
  readonly feeds: FeedStore;
  readonly bounds: PollBounds;
  readonly limits: RecordLimits;
  readonly nowMs: () => Promise<number>;
  /** Brings what was recorded to the followers' outboxes; throws when one could not be reached. */
  readonly fanOut: (feedId: string) => Promise<void>;
  /** The feed is gone for good: tells the channels. */
  readonly onGone: (feedId: string, state: FeedState) => Promise<void>;
  readonly log: Logger;
}

export type PollResult =
  | { readonly kind: "polled"; readonly nextInMs: number; readonly failure: string | null }
  /** Another request to the host is under way. */
  | { readonly kind: "busy" }
  /** No such feed, or gone for good: not to be polled any more. */
  | { readonly kind: "stop"; readonly failure: string };

/** One poll of one feed, from its state to its next time. A feed that was gone is asked only for a person. */
export async function pollFeed(
  deps: PollDeps,
  feedId: string,
  signal: AbortSignal,
  evenIfGone = false,
): Promise<PollResult> {
  const state = toFeedState(await deps.feeds.state(feedId));
  if (state === null || (state.gone && !evenIfGone)) return { kind: "stop", failure: "the feed is gone" };
  const current = state.readingVersion === READING_VERSION;
  const request = {
    url: state.url,
    validators: current ? state.validators : null,
    knownBodyHash: current ? state.bodyHash : "",
  };
  const reading = await readUrl(deps, request, signal);
  if (signal.aborted || reading.kind === "host-busy") return { kind: "busy" };
  if (reading.kind === "gone") {
    await deps.fanOut(feedId);
    await deps.onGone(feedId, state);
    await deps.feeds.setState(feedId, {
      gone: "1",
      failure: "the publisher has removed it for good (410)",
    });
    return { kind: "stop", failure: "the publisher has removed it for good (410)" };
  }
  return await settlePoll(deps, feedId, state, reading);
}

/** Records what was read, brings it on its way, and only then remembers that it was read. */
export async function settlePoll(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  reading: Exclude<Reading, { kind: "host-busy" | "gone" }>,
): Promise<PollResult & { kind: "polled" }> {
  switch (reading.kind) {
    case "feed": {
      const { document, response } = reading;
      const fresh = await recordDocument(
        deps.feeds,
        feedId,
        document,
        document.whole || response.cutBy === "cap",
        deps.limits,
      );
      await deps.fanOut(feedId);
      if (response.movedTo !== null) await deps.feeds.alias(response.movedTo, feedId);
      const fields = readingFields(response, reading.bodyHash, document);
      if (fresh.length > 0 && state.read)
        deps.log.info({ feedId, url: state.url, unseen: fresh.length }, "unseen entries");
      const ttlMs = document.ttlSeconds === null ? null : document.ttlSeconds * 1000;
      const ask = fresh.length > 0 ? "news" : "quiet";
      const end: PollEnd = document.whole
        ? { kind: ask, notBeforeMs: latest(response.freshForMs, ttlMs) }
        : { kind: "partial" };
      return await succeed(deps, feedId, state, end, fields);
    }
    case "same":
    case "not-modified": {
      const { validators, freshForMs } = reading.kind === "same" ? reading.response : reading;
      const fields = { etag: validators.etag ?? "", lastModified: validators.lastModified ?? "" };
      await deps.fanOut(feedId);
      return await succeed(
        deps,
        feedId,
        state,
        { kind: "quiet", notBeforeMs: latest(freshForMs, state.ttlMs) },
        fields,
      );
    }
    case "not-a-feed":
    case "refused":
      return await fail(deps, feedId, state, reading.reason, null);
    case "try-later":
      return await fail(deps, feedId, state, reading.reason, reading.retryAfterMs);
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

async function succeed(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  end: PollEnd,
  fields: Record<string, string>,
): Promise<PollResult & { kind: "polled" }> {
  const intervalMs = Math.round(nextIntervalMs({ ...state, failures: 0 }, end, deps.bounds));
  const healthy = { failures: "0", failingSinceMs: "0", failure: "", gone: "0" };
  await deps.feeds.setState(feedId, {
    ...fields,
    ...healthy,
    intervalMs: String(intervalMs),
    lastOkAtMs: String(await deps.nowMs()),
  });
  if (state.failures > 0) deps.log.info({ feedId, url: state.url }, "feed is back");
  return { kind: "polled", nextInMs: jittered(intervalMs, Math.random()), failure: null };
}

async function fail(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  reason: string,
  retryAfterMs: number | null,
): Promise<PollResult & { kind: "polled" }> {
  const intervalMs = nextIntervalMs(state, { kind: "failed", retryAfterMs }, deps.bounds);
  const since = state.failingSinceMs === 0 ? await deps.nowMs() : state.failingSinceMs;
  await deps.feeds.setState(feedId, {
    failures: String(state.failures + 1),
    failingSinceMs: String(since),
    failure: reason,
  });
  deps.log.warn({ feedId, url: state.url, reason, failures: state.failures + 1 }, "feed could not be read");
  return { kind: "polled", nextInMs: jittered(intervalMs, Math.random()), failure: reason };
}
