import type { FeedRef } from "../adapter.ts";
import { fromRecord, type StoredEntry } from "../feed/entry-record.ts";
import { filteredBecause } from "../follow/filter.ts";
import { DEFAULT_SETTINGS, type FollowSettings, shownTitle, toSettings } from "../follow/settings.ts";
import type { Withdrawal } from "../store/delivery-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { LINKS_KEPT_MS, MOST_UNDER_A_LINK } from "../store/link-scripts.ts";
import type { LinkStore } from "../store/link-store.ts";
import type { EntryItem, Waiting } from "./group.ts";
import { toItem } from "./item.ts";

export interface WaitingDeps {
  readonly feeds: FeedStore;
  readonly links: LinkStore;
}

/** What the messages of one feed in one channel have in common. */
export interface Followed {
  readonly feed: FeedRef;
  /** null when the channel does not follow it any more. */
  readonly settings: FollowSettings | null;
}

/** What waits in one channel, as it is while one message is composed. */
export class WaitingRoom {
  readonly #deps: WaitingDeps;
  readonly #channel: string;
  readonly #nowMs: number;
  readonly #followed = new Map<string, Promise<Followed>>();

  constructor(deps: WaitingDeps, channel: string, nowMs: number) {
    this.#deps = deps;
    this.#channel = channel;
    this.#nowMs = nowMs;
  }

  async followed(feedId: string): Promise<Followed> {
    const known = this.#followed.get(feedId) ?? this.#readFollowed(feedId);
    this.#followed.set(feedId, known);
    return await known;
  }

  /** The items with what is kept of them, in their order. */
  async read(items: readonly EntryItem[]): Promise<Waiting[]> {
    const [entries] = await Promise.all([
      this.#entries(items),
      ...items.map(async (item) => await this.followed(item.feedId)),
    ]);
    const waiting: Waiting[] = [];
    for (const item of items) {
      const entry = entries.get(item.id) ?? null;
      waiting.push({ item, entry, withdrawal: withdrawalOf(item, entry, await this.followed(item.feedId)) });
    }
    return await this.#withoutMet(waiting);
  }

  async #entries(items: readonly EntryItem[]): Promise<ReadonlyMap<string, StoredEntry | null>> {
    const found = new Map<string, StoredEntry | null>();
    for (const [feedId, own] of byFeed(items)) {
      const numbers = own.map(({ number }) => number);
      const records = await this.#deps.feeds.entries(feedId, numbers);
      for (const [i, { id }] of own.entries()) found.set(id, fromRecord(records[i] ?? ""));
    }
    return found;
  }

  async #readFollowed(feedId: string): Promise<Followed> {
    const { feeds } = this.#deps;
    const [follower, state] = await Promise.all([feeds.followers.get(feedId, this.#channel), feeds.state(feedId)]);
    const settings = follower === null ? null : toSettings(follower.settings);
    const { url = "", title = "" } = state;
    return { feed: { id: feedId, url, title: shownTitle(settings ?? DEFAULT_SETTINGS, { title, url }) }, settings };
  }

  /** What another feed brought here already, under the same link, stays away. Only what surely was posted counts. */
  async #withoutMet(waiting: readonly Waiting[]): Promise<Waiting[]> {
    const linked = waiting.flatMap(({ item, entry, withdrawal }) =>
      entry === null || entry.linkKey === "" || withdrawal !== null || item.generation > 0
        ? []
        : [{ item, linkKey: entry.linkKey }],
    );
    const met = await this.#deps.links.met(
      this.#channel,
      linked.map(({ linkKey }) => linkKey),
    );
    const copies = new Map(linked.map(({ item }, i) => [item.id, copiesOf(item, met[i] ?? [])]));
    const sinceMs = this.#nowMs - LINKS_KEPT_MS;
    const posted = await this.#deps.links.posted(this.#channel, [...copies.values()].flat(), sinceMs);
    return await Promise.all(
      waiting.map(async (one) => {
        const met = copies.get(one.item.id)?.filter((id) => posted.has(id)) ?? [];
        const [copy] = met;
        if (copy === undefined || (await this.#isReused(one, met))) return one;
        return { ...one, withdrawal: await this.#metAlready(one, copy) };
      }),
    );
  }

  /** Whether a feed gives a link to another post than before it moved: as within one feed, the link is then no one post's. */
  async #isReused({ item, entry }: Waiting, met: readonly string[]): Promise<boolean> {
    for (const id of met) {
      const before = toItem(id);
      if (before.kind !== "entry" || !(await this.#deps.links.went(this.#channel, before.feedId, item.feedId)))
        continue;
      const [record] = await this.#deps.feeds.entries(before.feedId, [before.number]);
      if (isAnother(entry, fromRecord(record ?? ""))) return true;
    }
    return false;
  }

  async #metAlready({ item, entry }: Waiting, copy: string): Promise<Withdrawal> {
    const other = toItem(copy);
    const { feed } = await this.followed(other.kind === "entry" ? other.feedId : "");
    const why = `posted already, from ${feed.title}`;
    return { id: item.id, state: "withdrawn", why, linkKey: entry?.linkKey ?? "" };
  }
}

/**
 * Entries of other feeds that have this one's link. None where two of them are of one feed, or one is of this one's: then the
 * link stands for more than a post, and doubt is decided for posting.
 */
function copiesOf({ id, feedId }: EntryItem, met: readonly string[]): readonly string[] {
  const others = met.filter((one) => one !== id);
  const feedIds = [feedId, ...others.map((one) => one.slice(0, one.lastIndexOf(".")))];
  return new Set(feedIds).size < feedIds.length || met.length >= MOST_UNDER_A_LINK ? [] : others;
}

/** Moves give a post another guid, but keep its date; where that is not known, its title. Where a guid is missing, both must differ. */
function isAnother(one: StoredEntry | null, other: StoredEntry | null): boolean {
  if (one === null || other === null) return false;
  const isDated = one.publishedAt !== null && other.publishedAt !== null;
  const hasOtherDate = isDated && one.publishedAt !== other.publishedAt;
  const hasOtherTitle = one.title !== other.title;
  if (one.guid === "" || other.guid === "") return hasOtherDate && hasOtherTitle;
  return one.guid !== other.guid && (isDated ? hasOtherDate : hasOtherTitle);
}

/** Filters decide once more: an exclusion made since the entry was offered withdraws it, unless somebody asked for just this entry. */
function withdrawalOf(
  { id, generation }: EntryItem,
  entry: StoredEntry | null,
  { settings }: Followed,
): Withdrawal | null {
  if (settings === null) return { id, state: "withdrawn", why: "no longer followed" };
  if (entry === null) return { id, state: "rejected", why: "its content is not kept, or says nothing" };
  const why = generation > 0 ? "" : filteredBecause(settings.filter, entry);
  return why === "" ? null : { id, state: "filtered", why };
}

function byFeed(items: readonly EntryItem[]): ReadonlyMap<string, EntryItem[]> {
  const found = new Map<string, EntryItem[]>();
  for (const item of items) {
    const own = found.get(item.feedId);
    if (own === undefined) found.set(item.feedId, [item]);
    else own.push(item);
  }
  return found;
}
