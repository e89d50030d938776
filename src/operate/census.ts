import type { FeedState } from "../poll/feed-state.ts";
import type { CensusSink } from "../relay/sweep.ts";
import type { ChannelLook, OperatingStore } from "../store/operating-store.ts";

/** One failure is a hiccup. */
const FAILING_FROM = 2;

export interface PlatformCensus {
  readonly channels: number;
  readonly paused: number;
  /** Deliveries that wait, and when the first of them began to (Redis time in ms, null for none). Those of paused channels are apart. */
  readonly waiting: number;
  readonly waitingPaused: number;
  readonly oldestAtMs: number | null;
  readonly held: number;
  readonly uncertain: number;
}

/** What a sweep counts on its way, for all processes. */
export interface Census {
  /** Redis time in ms of the sweep's end. */
  readonly atMs: number;
  readonly feeds: { readonly ok: number; readonly failing: number; readonly stopped: number };
  readonly platforms: Readonly<Record<string, PlatformCensus>>;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

const NOBODY: PlatformCensus = {
  channels: 0,
  paused: 0,
  waiting: 0,
  waitingPaused: 0,
  oldestAtMs: null,
  held: 0,
  uncertain: 0,
};

/** Counts while a sweep goes round. */
class CensusTaker {
  readonly #platforms = new Map<string, Mutable<PlatformCensus>>();
  readonly #feeds = new Map<string, keyof Census["feeds"]>();

  addChannel(channel: string, look: ChannelLook): void {
    const name = channel.slice(0, Math.max(0, channel.indexOf(":")));
    const sum = this.#platforms.get(name) ?? { ...NOBODY };
    this.#platforms.set(name, sum);
    sum.channels += 1;
    sum.held += look.held;
    sum.uncertain += look.isUncertain ? 1 : 0;
    if (look.isPaused) {
      sum.paused += 1;
      sum.waitingPaused += look.waiting;
      return;
    }
    sum.waiting += look.waiting;
    if (look.oldestAtMs !== null) sum.oldestAtMs = Math.min(look.oldestAtMs, sum.oldestAtMs ?? look.oldestAtMs);
  }

  /** A feed counts once, however many channels follow it. */
  addFeed(feedId: string, { failures, stopped }: Pick<FeedState, "failures" | "stopped">): void {
    this.#feeds.set(feedId, stopped !== "" ? "stopped" : failures >= FAILING_FROM ? "failing" : "ok");
  }

  done(atMs: number): Census {
    const feeds = { ok: 0, failing: 0, stopped: 0 };
    for (const standing of this.#feeds.values()) feeds[standing] += 1;
    return { atMs, feeds, platforms: Object.fromEntries(this.#platforms) };
  }
}

/** Counts what one sweep meets, and writes it down for all processes when it has been everywhere. */
export function censusSink(operating: OperatingStore, nowMs: () => Promise<number>): CensusSink {
  const taker = new CensusTaker();
  return {
    channel: async (channel) => taker.addChannel(channel, await operating.look(channel)),
    feed: (feedId, state) => taker.addFeed(feedId, state),
    done: async () => await operating.writeCensus(JSON.stringify(taker.done(await nowMs()))),
  };
}

/** null for "", and for what another version wrote in another form. */
export function toCensus(json: string): Census | null {
  if (json === "") return null;
  const census = JSON.parse(json) as Partial<Census>;
  return census.atMs === undefined || census.feeds === undefined || census.platforms === undefined
    ? null
    : { atMs: census.atMs, feeds: census.feeds, platforms: census.platforms };
}
