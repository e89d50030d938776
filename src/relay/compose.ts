import type { Adapter, FeedRef, Outgoing } from "../adapter.ts";
import type { Entry } from "../feed/entry.ts";
import { fromRecord } from "../feed/entry-record.ts";
import { filteredBecause } from "../follow/filter.ts";
import { toSettings } from "../follow/settings.ts";
import type { ChannelStore, Withdrawal } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { summarize } from "../summary/compose.ts";
import { type Item, toItem } from "./item.ts";

/** Long posts are cut to this; a platform may cut further. */
const EXCERPT_CHARS = 600;

export interface ComposeDeps {
  readonly adapter: Adapter;
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  /** From so many entries of one feed at the head of an outbox on, they become one digest. */
  readonly digestFrom: number;
}

/** What to do with the head of an outbox. */
export type Composed =
  | { readonly kind: "message"; readonly message: string; readonly items: readonly string[] }
  | { readonly kind: "withdraw"; readonly withdrawals: readonly Withdrawal[] };

type EntryItem = Item & { readonly kind: "entry" };

interface LoadedEntry {
  readonly item: EntryItem;
  readonly entry: Entry;
}

/** The next message of a channel whose outbox begins with `ids`. */
export async function compose(deps: ComposeDeps, channel: string, ids: readonly string[]): Promise<Composed> {
  const items = ids.map(toItem);
  const first = items[0];
  if (first === undefined) return { kind: "withdraw", withdrawals: [] };
  if (first.kind === "notice") return await composeNotice(deps, channel, first);
  return await composeEntries(deps, channel, firstRun(items, first.feedId, deps.digestFrom));
}

/** The entries of one feed at the head: all of them when they make a digest, else the first. */
function firstRun(items: readonly Item[], feedId: string, digestFrom: number): EntryItem[] {
  const run: EntryItem[] = [];
  for (const item of items) {
    if (item.kind !== "entry" || item.feedId !== feedId) break;
    run.push(item);
  }
  return run.length >= digestFrom ? run : run.slice(0, 1);
}

async function composeNotice(deps: ComposeDeps, channel: string, item: Item & { kind: "notice" }): Promise<Composed> {
  const text = await deps.channels.notice(channel, item.noticeId);
  if (text === null)
    return {
      kind: "withdraw",
      withdrawals: [{ id: item.id, state: "withdrawn", why: "its text is gone" }],
    };
  return {
    kind: "message",
    message: deps.adapter.render({ kind: "notice", text }),
    items: [item.id],
  };
}

/** Filters decide once more: an exclusion made since the entry was offered withdraws it. */
async function composeEntries(deps: ComposeDeps, channel: string, run: readonly EntryItem[]): Promise<Composed> {
  const feedId = run[0]?.feedId ?? "";
  const [follower, records, state] = await Promise.all([
    deps.feeds.follower(feedId, channel),
    deps.feeds.entries(
      feedId,
      run.map((item) => item.number),
    ),
    deps.feeds.state(feedId),
  ]);
  if (follower === null)
    return {
      kind: "withdraw",
      withdrawals: run.map(({ id }) => ({ id, state: "withdrawn", why: "no longer followed" })),
    };
  const { filter } = toSettings(follower.settings);
  const loaded: LoadedEntry[] = [];
  const withdrawals: Withdrawal[] = [];
  for (const [i, item] of run.entries()) {
    const record = records[i] ?? null;
    const entry = record === null ? null : fromRecord(record);
    const why = entry === null ? "" : filteredBecause(filter, entry);
    if (entry === null) withdrawals.push({ id: item.id, state: "rejected", why: "its content is no longer kept" });
    else if (why === "") loaded.push({ item, entry });
    else withdrawals.push({ id: item.id, state: "filtered", why });
  }
  if (withdrawals.length > 0) return { kind: "withdraw", withdrawals };
  const feed = {
    id: feedId,
    url: state["url"] ?? "",
    title: state["title"] || (state["url"] ?? ""),
  };
  return render(
    deps.adapter,
    toOutgoing(feed, loaded),
    run.map((item) => item.id),
  );
}

function toOutgoing(feed: FeedRef, loaded: readonly LoadedEntry[]): Outgoing {
  const [only] = loaded;
  if (loaded.length === 1 && only !== undefined) {
    return {
      kind: "post",
      feed,
      summary: summarize({ ...only.entry, entryId: only.item.id }, { excerptChars: EXCERPT_CHARS }),
    };
  }
  return {
    kind: "digest",
    feed,
    summaries: loaded.map(({ item, entry }) => summarize({ ...entry, entryId: item.id }, { excerptChars: 0 })),
  };
}

/** What cannot even be rendered is set aside, so that it holds up nothing else. */
function render(adapter: Adapter, outgoing: Outgoing, items: readonly string[]): Composed {
  try {
    return { kind: "message", message: adapter.render(outgoing), items };
  } catch (error) {
    const why = `it could not be rendered: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "withdraw", withdrawals: items.map((id) => ({ id, state: "rejected", why })) };
  }
}
