import type { Fetcher } from "../feed/fetch/fetch.ts";
import type { Logger } from "../logger.ts";
import { Histogram } from "../histogram.ts";
import type { Late, PollClaimed } from "../poll/shards.ts";
import type { PollResult } from "../poll/poll-feed.ts";
import type { Sent } from "../relay/run.ts";

/** What this process has done, in plain numbers. Nothing here knows who reads it. */

const POLL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A minute is an uncertain post, an hour a platform that was away. */
const DELIVERY_SECONDS = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86_400];

/**
 * `news`: unseen entries; `read`: a document without any; `unchanged`: 304 or the same bytes; `failed`; `busy`: another request to the host was
 * under way, it comes again; `late`: not asked, since its turn came when its claim had nearly run out; `stopped`: not read any more;
 * `broken`: a failure of our own.
 */
export type PollEnd = "news" | "read" | "unchanged" | "failed" | "busy" | "late" | "stopped" | "broken";

export class PollTally {
  readonly ends: Record<PollEnd, number> = {
    news: 0,
    read: 0,
    unchanged: 0,
    failed: 0,
    busy: 0,
    late: 0,
    stopped: 0,
    broken: 0,
  };
  readonly seconds = new Histogram(POLL_SECONDS);
  unseen = 0;
  edits = 0;
  wireBytes = 0;
  documentBytes = 0;
}

export class DeliveryTally {
  readonly post = sentNothing();
  readonly edit = sentNothing();
  readonly detail = sentNothing();
  readonly seconds = new Histogram(DELIVERY_SECONDS);

  count({ kind, end, waitedMs }: Sent): void {
    this[kind][end] += 1;
    if (waitedMs !== null) this.seconds.observe(waitedMs / 1000);
  }
}

function sentNothing(): Record<Sent["end"], number> {
  return {
    posted: 0,
    "try-later": 0,
    uncertain: 0,
    "message-rejected": 0,
    "channel-unusable": 0,
    held: 0,
  };
}

export function countedPoll(tally: PollTally, poll: PollClaimed, log: Logger): PollClaimed {
  return async (feedId, signal, isHeld) => {
    const startedMs = performance.now();
    let end: PollEnd = "broken";
    try {
      const result = await poll(feedId, signal, isHeld);
      end = endOf(result);
      if (result.kind === "polled" && "unseen" in result.event) tally.unseen += result.event.unseen;
      return result;
    } finally {
      const durationMs = performance.now() - startedMs;
      tally.ends[end] += 1;
      tally.seconds.observe(durationMs / 1000);
      log.debug({ feedId, result: end, durationMs }, "polled");
    }
  };
}

function endOf(result: PollResult | Late): PollEnd {
  if (result.kind === "late") return "late";
  if (result.kind !== "polled") return result.kind === "busy" ? "busy" : "stopped";
  const { event } = result;
  if ("unseen" in event) return event.unseen > 0 ? "news" : "read";
  return event.kind === "same" ? "unchanged" : "failed";
}

/** Commands fetch, too: their bytes count. */
export function countedFetcher(tally: PollTally, fetcher: Fetcher): Fetcher {
  return {
    fetch: async (request, gate, signal) => {
      const outcome = await fetcher.fetch(request, gate, signal);
      if (outcome.kind === "modified") {
        tally.wireBytes += outcome.wireBytes;
        tally.documentBytes += outcome.body.length;
      }
      return outcome;
    },
    close: async () => await fetcher.close(),
  };
}
