import { type Adapter, type FeedRef, type Outgoing, TooLong } from "../adapter.ts";
import type { Entry } from "../feed/entry.ts";
import { fromRecord } from "../feed/entry-record.ts";
import { type Filter, filteredBecause } from "../follow/filter.ts";
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
  | {
      readonly kind: "message";
      readonly message: string;
      readonly items: readonly string[];
      /** For the items behind it, see `Plan`. */
      readonly plan: string;
    }
  | { readonly kind: "withdraw"; readonly withdrawals: readonly Withdrawal[] };

type EntryItem = Item & { readonly kind: "entry" };

interface LoadedEntry {
  readonly item: EntryItem;
  readonly entry: Entry;
}

/**
 * What was decided about the next items when others of the same digest were sent: `digest <item>`, they are the rest of a digest
 * that did not fit into one message, through this item; `single <item>`, the platform refused their digest, so they go one by one.
 */
interface Plan {
  readonly kind: string;
  readonly through: string;
}

/** The next message of a channel whose outbox begins with `ids`. */
export async function compose(
  deps: ComposeDeps,
  channel: string,
  ids: readonly string[],
  plan: string,
): Promise<Composed> {
  const items = ids.map(toItem);
  const first = items[0];
  if (first === undefined) return { kind: "withdraw", withdrawals: [] };
  if (first.kind === "notice") return await composeNotice(deps, channel, first);
  const [kind = "", through = ""] = plan.split(" ");
  return await composeEntries(deps, channel, firstRun(items, first.feedId, deps.digestFrom, { kind, through }));
}

interface EntryRun {
  readonly items: readonly EntryItem[];
  /** The plan for what comes behind them. */
  readonly plan: string;
}

/** The entries of one feed at the head: all of them when they make a digest, else the first. */
function firstRun(items: readonly Item[], feedId: string, digestFrom: number, plan: Plan): EntryRun {
  const run: EntryItem[] = [];
  for (const item of items) {
    if (item.kind !== "entry" || item.feedId !== feedId) break;
    run.push(item);
  }
  const planned = run.findIndex((item) => item.id === plan.through) + 1;
  if (planned > 0 && plan.kind === "single")
    return { items: run.slice(0, 1), plan: planned > 1 ? `single ${plan.through}` : "" };
  return { items: run.length >= digestFrom ? run : run.slice(0, Math.max(1, planned)), plan: "" };
}

async function composeNotice(deps: ComposeDeps, channel: string, item: Item & { kind: "notice" }): Promise<Composed> {
  const text = await deps.channels.notice(channel, item.noticeId);
  if (text === null) return withdrawn([item], "its text is gone");
  const message = attempt(() => deps.adapter.render({ kind: "notice", text }));
  return "failure" in message
    ? rejected([item], message.failure)
    : { kind: "message", message: message.value, items: [item.id], plan: "" };
}

async function composeEntries(deps: ComposeDeps, channel: string, { items: run, plan }: EntryRun): Promise<Composed> {
  const feedId = run[0]?.feedId ?? "";
  const numbers = run.map((item) => item.number);
  const [follower, records, state] = await Promise.all([
    deps.feeds.follower(feedId, channel),
    deps.feeds.entries(feedId, numbers),
    deps.feeds.state(feedId),
  ]);
  if (follower === null) return withdrawn(run, "no longer followed");
  const entries = records.map((record) => fromRecord(record ?? ""));
  const withdrawals = run.flatMap((item, i) =>
    withdrawal(item, entries[i] ?? null, toSettings(follower.settings).filter),
  );
  if (withdrawals.length > 0) return { kind: "withdraw", withdrawals };
  const url = state["url"] ?? "";
  const loaded = run.flatMap((item, i): LoadedEntry[] => {
    const entry = entries[i] ?? null;
    return entry === null ? [] : [{ item, entry }];
  });
  return composeMessage(deps.adapter, { id: feedId, url, title: state["title"] || url }, loaded, plan);
}

/** Filters decide once more: an exclusion made since the entry was offered withdraws it. */
function withdrawal(item: EntryItem, entry: Entry | null, filter: Filter): Withdrawal[] {
  if (entry === null) return [{ id: item.id, state: "rejected", why: "its content is not kept, or says nothing" }];
  const why = filteredBecause(filter, entry);
  return why === "" ? [] : [{ id: item.id, state: "filtered", why }];
}

/**
 * What cannot be rendered is set aside, so that it holds up nothing else. Where a digest cannot, each of its entries is tried
 * alone: those that cannot either leave it, and if all can they go out one by one.
 */
function composeMessage(adapter: Adapter, feed: FeedRef, loaded: readonly LoadedEntry[], plan: string): Composed {
  const [first] = loaded;
  if (first === undefined) return { kind: "withdraw", withdrawals: [] };
  const post = (one: LoadedEntry): string => adapter.render(postOf(feed, one));
  if (loaded.length === 1) {
    const message = attempt(() => post(first));
    return "failure" in message ? rejected([first.item], message.failure) : messageOf(message.value, [first], plan);
  }
  const digest = composeDigest(adapter, feed, loaded);
  if (!("failure" in digest)) return digest;
  const poison = loaded.filter((one) => "failure" in attempt(() => post(one)));
  return poison.length === 0
    ? composeMessage(adapter, feed, [first], "")
    : rejected(
        poison.map(({ item }) => item),
        digest.failure,
      );
}

/** All entries in one message, or the first of as few and equal parts as the platform's limits make necessary. */
function composeDigest(
  adapter: Adapter,
  feed: FeedRef,
  loaded: readonly LoadedEntry[],
): Composed | { readonly failure: string } {
  const through = loaded.at(-1)?.item.id ?? "";
  for (let parts = 1; ; parts += 1) {
    const part = loaded.slice(0, Math.ceil(loaded.length / parts));
    if (part.length < 2) return { failure: "it does not fit into a message" };
    const digest = attempt(() => adapter.render(digestOf(feed, part)));
    if ("value" in digest) return messageOf(digest.value, part, parts === 1 ? "" : `digest ${through}`);
    if (!digest.isTooLong) return digest;
  }
}

function messageOf(message: string, loaded: readonly LoadedEntry[], plan: string): Composed {
  return { kind: "message", message, items: loaded.map(({ item }) => item.id), plan };
}

function postOf(feed: FeedRef, { item, entry }: LoadedEntry): Outgoing {
  return { kind: "post", feed, summary: summarize({ ...entry, entryId: item.id }, { excerptChars: EXCERPT_CHARS }) };
}

function digestOf(feed: FeedRef, loaded: readonly LoadedEntry[]): Outgoing {
  const summaries = loaded.map(({ item, entry }) => summarize({ ...entry, entryId: item.id }, { excerptChars: 0 }));
  return { kind: "digest", feed, summaries };
}

function attempt(
  run: () => string,
): { readonly value: string } | { readonly failure: string; readonly isTooLong: boolean } {
  try {
    return { value: run() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failure: `it could not be rendered: ${why}`, isTooLong: error instanceof TooLong };
  }
}

function withdrawn(items: readonly Item[], why: string): Composed {
  return { kind: "withdraw", withdrawals: items.map(({ id }) => ({ id, state: "withdrawn", why })) };
}

function rejected(items: readonly Item[], why: string): Composed {
  return { kind: "withdraw", withdrawals: items.map(({ id }) => ({ id, state: "rejected", why })) };
}
