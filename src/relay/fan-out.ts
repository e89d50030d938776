import type { Entry } from "../feed/entry.ts";
import { fromRecord } from "../feed/entry-record.ts";
import { filteredBecause, letsAllThrough } from "../follow/filter.ts";
import { toSettings } from "../follow/settings.ts";
import { createPause } from "../pause.ts";
import type { Logger } from "../logger.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FanOutRecord, FeedStore } from "../store/feed-store.ts";

const AT_ONCE = 16;

export interface FanOutDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly wake: (channel: string) => Promise<void>;
  readonly retentionMs: number;
  readonly log?: Logger;
  /** Told how many entries say something else than before, once they were offered. */
  readonly onEdited?: (count: number) => void;
}

/**
 * Brings every open record of a feed to its followers, oldest first, and removes it when all have it. Any process may do so
 * at any time, also two at once: a channel takes an entry number once, and a change of one.
 */
export async function finishFanOuts(deps: FanOutDeps, feedId: string): Promise<void> {
  for (const record of await deps.feeds.openFanOuts(feedId)) {
    const offering = { ...deps, pause: createPause() };
    await offerToAll(offering, feedId, record, await entriesOf(offering, feedId, record));
    await offerEdits(deps, feedId, record);
    await deps.feeds.closeFanOut(feedId, record.id);
    if (record.edits.length > 0) deps.onEdited?.(record.edits.length);
  }
}

interface OfferDeps extends FanOutDeps {
  readonly pause: () => Promise<void>;
}

interface NumberedEntry {
  readonly number: number;
  /** null when no rule asks for it, or it cannot be read: then it is offered all the same, and set aside later with its reason. */
  readonly entry: Entry | null;
}

async function entriesOf(
  { feeds, pause }: OfferDeps,
  feedId: string,
  { numbers, followers }: FanOutRecord,
): Promise<readonly NumberedEntry[]> {
  const hasRules = followers.some(({ follower }) => !letsAllThrough(toSettings(follower.settings).filter));
  const records = hasRules ? await feeds.entries(feedId, numbers) : [];
  const entries: NumberedEntry[] = [];
  for (const [i, number] of numbers.entries()) {
    entries.push({ number, entry: fromRecord(records[i] ?? "") });
    await pause();
  }
  return entries;
}

async function offerToAll(
  deps: OfferDeps,
  feedId: string,
  record: FanOutRecord,
  entries: readonly NumberedEntry[],
): Promise<void> {
  for (let start = 0; start < record.followers.length; start += AT_ONCE) {
    const some = record.followers.slice(start, start + AT_ONCE);
    await Promise.all(some.map(async (one) => await offer(deps, feedId, one, entries)));
  }
}

/** Nobody is woken: an edit is due a while later, and the sweep sees to that. */
async function offerEdits({ channels }: FanOutDeps, feedId: string, { edits, followers }: FanOutRecord): Promise<void> {
  if (edits.length === 0) return;
  for (const { channel, follower } of followers) {
    if (toSettings(follower.settings).edits) await channels.edits.offer(channel, feedId, follower.followId, edits);
  }
}

async function offer(
  deps: OfferDeps,
  feedId: string,
  one: FanOutRecord["followers"][number],
  entries: readonly NumberedEntry[],
): Promise<void> {
  const { channel, follower } = one;
  const { filter } = toSettings(follower.settings);
  const due = entries.filter(({ number }) => number > follower.since);
  const items: { n: number; why: string }[] = [];
  for (const { number, entry } of due) {
    items.push({ n: number, why: entry === null ? "" : filteredBecause(filter, entry) });
    await deps.pause();
  }
  if (items.length === 0) return;
  const added = await deps.channels.admit(channel, feedId, follower.followId, items, deps.retentionMs);
  if (added === -1) return await deps.feeds.followers.drop(feedId, channel, follower.followId);
  deps.log?.debug({ feedId, channel, waiting: added, offered: items.length }, "offered to a channel");
  // Also when nothing was added: whoever added it may have died before waking the channel.
  if (items.some((item) => item.why === "")) await deps.wake(channel);
}
