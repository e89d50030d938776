import { READING_VERSION } from "../feed/entry.ts";
import type { Logger } from "../logger.ts";
import type { FeedFields, FeedStore, RecordLimits } from "../store/feed-store.ts";
import { type FeedState, pacingFields, toFeedState } from "./feed-state.ts";
import { asAnother, canJoin, feedThatGoesOn } from "./goes-on.ts";
import { type PollEvent, withPoll } from "./history.ts";
import { atNewPlace, hasMoved, moveFields, withReading } from "./moved.ts";
import { delayMs, nextIntervalMs, type PollEnd } from "./next-poll.ts";
import { readingFields, recordDocument } from "./record.ts";
import { type Reading, type ReadingDeps, readUrl } from "./reading.ts";
import { rhythmOf } from "./rhythm.ts";
import { GONE, heardSinceMs, noteBack, noteFailure, noteGone, type TroubleDeps, wakeFeed } from "./trouble.ts";

export interface PollDeps extends ReadingDeps, TroubleDeps {
  readonly feeds: FeedStore;
  readonly limits: RecordLimits;
  /** Brings what was recorded to the followers' outboxes; throws when one could not be reached. */
  readonly fanOut: (feedId: string) => Promise<void>;
  readonly log: Logger;
}

export type PollResult =
  | {
      readonly kind: "polled";
      readonly nextInMs: number;
      readonly failure: string | null;
      /** Where the feed is asked from now on. */
      readonly url: string;
      readonly event: PollEvent;
    }
  /** Another request to the host is under way. */
  | { readonly kind: "busy" }
  /** No such feed, gone for good, or failing for too long: not to be polled any more. */
  | { readonly kind: "stop"; readonly failure: string };

type Polled = Exclude<PollResult, { kind: "busy" }>;

/** One poll of one feed, from its state to its next time. A feed whose reading has stopped is asked only for a person. */
export async function pollFeed(
  deps: PollDeps,
  feedId: string,
  signal: AbortSignal,
  forPerson = false,
): Promise<PollResult> {
  const found = toFeedState(await deps.feeds.state(feedId));
  if (found === null) return { kind: "stop", failure: "there is no such feed" };
  if (found.stopped !== "" && !forPerson) return { kind: "stop", failure: found.failure };
  const state = await wakeFeed(deps, feedId, found);
  if (state.isClosed) return { kind: "stop", failure: "it goes on as another feed" };
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
    await noteGone(deps, feedId, state);
    deps.log.warn({ feedId, url: state.url, reason: GONE }, "feed is not read any more");
    return { kind: "stop", failure: GONE };
  }
  return await settlePoll(deps, feedId, state, reading);
}

/** Records what was read, brings it on its way, and only then remembers that it was read. */
export async function settlePoll(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  reading: Exclude<Reading, { kind: "host-busy" | "gone" }>,
): Promise<Polled> {
  switch (reading.kind) {
    case "feed":
      return await settleDocument(deps, feedId, state, reading);
    case "same":
    case "not-modified": {
      const { validators, freshForMs } = reading.kind === "same" ? reading.response : reading;
      const fields = { etag: validators.etag ?? "", lastModified: validators.lastModified ?? "" };
      return await succeed(deps, feedId, state, {
        end: { kind: "quiet", notBeforeMs: latest(freshForMs, state.ttlMs) },
        movedTo: reading.kind === "same" ? reading.response.movedTo : null,
        event: { kind: "same" },
        fields,
        nowMs: await deps.nowMs(),
      });
    }
    case "not-a-feed":
    case "refused":
      return await fail(deps, feedId, state, reading.reason, null);
    case "try-later":
      return await fail(deps, feedId, state, reading.reason, reading.retryAfterMs);
  }
}

async function settleDocument(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  { document, response, bodyHash }: Extract<Reading, { kind: "feed" }>,
): Promise<PollResult & { kind: "polled" }> {
  // What lies behind the cap stays there: reading it again soon would bring nothing.
  const isAll = document.whole || response.cutBy === "cap";
  const fresh = await recordDocument(deps.feeds, feedId, document, isAll, deps.limits);
  if (fresh.length > 0) await deps.fanOut(feedId);
  const hasNews = fresh.length > 0 && state.read;
  if (hasNews) deps.log.info({ feedId, url: state.url, ...entriesOf(feedId, fresh) }, "unseen entries");
  const nowMs = await deps.nowMs();
  const { gapMs, newsAtMs } = rhythmOf(
    document.entries.map(({ entry }) => entry.publishedAt),
    nowMs,
  );
  const pace = { gapMs, newsAtMs: Math.max(newsAtMs, hasNews ? nowMs : state.newsAtMs) };
  const ttlMs = document.ttlSeconds === null ? null : document.ttlSeconds * 1000;
  return await succeed(
    deps,
    feedId,
    { ...state, ...pace, skip: document.skip },
    {
      end: isAll
        ? { kind: fresh.length > 0 ? "news" : "quiet", notBeforeMs: latest(response.freshForMs, ttlMs) }
        : { kind: "partial" },
      movedTo: isAll ? response.movedTo : null,
      event: { kind: isAll ? "read" : "part", entries: document.entries.length, unseen: fresh.length },
      fields: { ...readingFields(response, bodyHash, document), ...pacingFields(document.skip, pace) },
      nowMs,
    },
  );
}

/** As the lines of a delivery name them; numbers of a document follow each other. */
function entriesOf(feedId: string, numbers: readonly number[]): { unseen: number; first: string; last: string } {
  const id = (number = 0): string => `${feedId}.${String(number)}`;
  return { unseen: numbers.length, first: id(numbers[0]), last: id(numbers.at(-1)) };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

interface Success {
  readonly end: PollEnd;
  /** As in `ModifiedOutcome`. */
  readonly movedTo: string | null;
  readonly event: PollEvent;
  readonly fields: Record<string, string>;
  readonly nowMs: number;
}

async function succeed(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  { end, movedTo, event, fields, nowMs }: Success,
): Promise<PollResult & { kind: "polled" }> {
  const intervalMs = Math.round(nextIntervalMs({ ...state, failures: 0 }, end, deps.bounds, nowMs));
  const place = await placeFields(deps, feedId, state, movedTo, nowMs);
  const toldSinceMs = heardSinceMs(state, deps.trouble, nowMs);
  const healthy = { failures: "0", failingSinceMs: "0", failure: "", gone: "0", stopped: "" };
  const read = withPoll(state.history, event, nowMs);
  const log = place["url"] === undefined ? read : withPoll(read, { kind: "moved" }, nowMs);
  const told = { toldSinceMs: String(toldSinceMs) };
  const said = {
    ...fields,
    ...place,
    ...healthy,
    ...told,
    log,
    intervalMs: String(intervalMs),
    lastOkAtMs: String(nowMs),
  };
  // Only what has changed is written, and only when every follower's outbox has what was recorded.
  // The reading version stands beside what was read with it, also where a process of another version wrote meanwhile.
  const news = Object.fromEntries(
    Object.entries(said).filter(([name, value]) => name === "readingVersion" || isNew(state.stored[name], value)),
  );
  if (!(await deps.feeds.remember(feedId, news))) {
    await deps.fanOut(feedId);
    await deps.feeds.setState(feedId, news);
  }
  if (state.failures > 0) deps.log.info({ feedId, url: state.url }, "feed is back");
  await noteBack(deps, feedId, { ...state, toldSinceMs });
  const nextInMs = delayMs(intervalMs, state.skip, nowMs, Math.random());
  return { kind: "polled", nextInMs, failure: null, url: place["url"] ?? state.url, event };
}

/** What is absent reads as "" or 0. */
function isNew(stored: string | undefined, value: string): boolean {
  return stored === undefined ? value !== "" && value !== "0" : stored !== value;
}

/** What a reading says of where the feed is. */
async function placeFields(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  movedTo: string | null,
  nowMs: number,
): Promise<FeedFields> {
  if (state.mergedInto !== "" || (movedTo === null && state.movedTo === "")) return {};
  if (movedTo !== null) await deps.feeds.alias(movedTo, feedId);
  const evidence = withReading(state, movedTo, nowMs);
  if (!hasMoved(evidence, deps.bounds, nowMs)) return moveFields(evidence);
  const owner = await feedThatGoesOn(deps.feeds, (await deps.feeds.idOf(evidence.movedTo)) ?? feedId);
  deps.log.info({ feedId, url: state.url, movedTo: evidence.movedTo, owner }, "the feed has moved for good");
  if (owner === feedId) return atNewPlace(state, evidence.movedTo);
  return (await canJoin(deps.feeds, feedId, owner)) ? asAnother(owner) : moveFields(evidence);
}

async function fail(
  deps: PollDeps,
  feedId: string,
  state: FeedState,
  reason: string,
  retryAfterMs: number | null,
): Promise<Polled> {
  // One host that does not answer is everyday; who watches many feeds looks at how many are failing.
  deps.log.info({ feedId, url: state.url, reason, failures: state.failures + 1 }, "feed could not be read");
  const failed = await noteFailure(deps, feedId, state, { reason, retryAfterMs });
  if (failed.kind === "stopped") deps.log.warn({ feedId, url: state.url, reason }, "feed is not read any more");
  return failed.kind === "stopped"
    ? { kind: "stop", failure: reason }
    : { kind: "polled", nextInMs: failed.nextInMs, failure: reason, url: state.url, event: { kind: "failed", reason } };
}
