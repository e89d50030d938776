import { type Adapter, type FeedRef, type Outgoing, TooLong } from "../adapter.ts";
import type { Entry } from "../feed/entry.ts";
import { fromRecord } from "../feed/entry-record.ts";
import { type Filter, filteredBecause } from "../follow/filter.ts";
import { type FollowSettings, shownTitle, toSettings } from "../follow/settings.ts";
import type { ChannelStore, Withdrawal } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { summarize } from "../summary/compose.ts";
import {
  type EntryItem,
  type Group,
  groupAtHead,
  headRun,
  type Plan,
  type Scope,
  scopeOf,
  toPlan,
  type Waiting,
} from "./group.ts";
import { type Item, toItem } from "./item.ts";
import { summaryInStyle } from "./styled.ts";

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

interface LoadedEntry {
  readonly item: EntryItem;
  readonly entry: Entry;
}

/** What the messages of one feed in one channel have in common. */
interface Setting {
  readonly adapter: Adapter;
  readonly feed: FeedRef;
  readonly settings: FollowSettings;
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
  const run = headRun(items, first.feedId);
  return await composeEntries(deps, channel, run, toPlan(plan));
}

async function composeNotice(deps: ComposeDeps, channel: string, item: Item & { kind: "notice" }): Promise<Composed> {
  const text = await deps.channels.notice(channel, item.noticeId);
  if (text === null) return withdrawn([item], "its text is gone");
  const message = attempt(() => deps.adapter.render({ kind: "notice", text }));
  return "failure" in message
    ? rejected([item], message.failure)
    : { kind: "message", message: message.value, items: [item.id], plan: "" };
}

async function composeEntries(
  deps: ComposeDeps,
  channel: string,
  run: readonly EntryItem[],
  plan: Plan,
): Promise<Composed> {
  const feedId = run[0]?.feedId ?? "";
  const [follower, state] = await Promise.all([deps.feeds.follower(feedId, channel), deps.feeds.state(feedId)]);
  if (follower === null) return withdrawn(run, "no longer followed");
  const settings = toSettings(follower.settings);
  const scope = scopeOf(run, deps.digestFrom, plan);
  const waiting = await load(deps.feeds, feedId, scope, settings.filter);
  const group = groupAtHead(waiting, scope);
  const withdrawals = group.members.flatMap(withdrawal);
  if (withdrawals.length > 0) return { kind: "withdraw", withdrawals };
  const { url = "", title = "" } = state;
  const loaded = group.members.flatMap(({ item, entry }): LoadedEntry[] => (entry === null ? [] : [{ item, entry }]));
  const setting = {
    adapter: deps.adapter,
    feed: { id: feedId, url, title: shownTitle(settings, { title, url }) },
    settings,
  };
  return composeMessage(setting, loaded, group);
}

/** Of a few entries the others are needed only where the first is one of several that go together. */
async function load(feeds: FeedStore, feedId: string, scope: Scope, filter: Filter): Promise<Waiting[]> {
  const read = async (items: readonly EntryItem[]): Promise<Waiting[]> => {
    const records = await feeds.entries(
      feedId,
      items.map((item) => item.number),
    );
    return items.map((item, i) => {
      const entry = fromRecord(records[i] ?? "");
      return { item, entry, filteredBy: entry === null ? "" : filteredBecause(filter, entry) };
    });
  };
  if (scope.size !== "few") return await read(scope.items);
  const head = await read(scope.items.slice(0, 1));
  return head[0]?.entry?.joined === true ? [...head, ...(await read(scope.items.slice(1)))] : head;
}

/** Filters decide once more: an exclusion made since the entry was offered withdraws it. */
function withdrawal({ item, entry, filteredBy }: Waiting): Withdrawal[] {
  if (entry === null) return [{ id: item.id, state: "rejected", why: "its content is not kept, or says nothing" }];
  return filteredBy === "" ? [] : [{ id: item.id, state: "filtered", why: filteredBy }];
}

/**
 * What cannot be rendered is set aside, so that it holds up nothing else. Where a digest cannot, each of its entries is tried
 * alone: those that cannot either leave it, and if all can they go out one by one.
 */
function composeMessage(setting: Setting, loaded: readonly LoadedEntry[], group: Omit<Group, "members">): Composed {
  const [first] = loaded;
  if (first === undefined) return { kind: "withdraw", withdrawals: [] };
  const post = (one: LoadedEntry): string => setting.adapter.render(postOf(setting, one));
  if (loaded.length === 1) {
    const message = attempt(() => post(first));
    return "failure" in message
      ? rejected([first.item], message.failure)
      : messageOf(message.value, [first], group.plan);
  }
  const digest = composeDigest(setting, loaded, group);
  if (!("failure" in digest)) return digest;
  const poison = loaded.filter((one) => "failure" in attempt(() => post(one)));
  return poison.length === 0
    ? composeMessage(setting, [first], { joined: null, plan: "", planInParts: "" })
    : rejected(
        poison.map(({ item }) => item),
        digest.failure,
      );
}

/** All entries in one message, or the first of as few and equal parts as the platform's limits make necessary. */
function composeDigest(
  { adapter, feed }: Setting,
  loaded: readonly LoadedEntry[],
  { joined, plan, planInParts }: Omit<Group, "members">,
): Composed | { readonly failure: string } {
  for (let parts = 1; ; parts += 1) {
    const part = loaded.slice(0, Math.ceil(loaded.length / parts));
    if (part.length < 2) return { failure: "it does not fit into a message" };
    const digest = attempt(() => adapter.render(digestOf(feed, part, joined)));
    if ("value" in digest) return messageOf(digest.value, part, parts === 1 ? plan : planInParts);
    if (!digest.isTooLong) return digest;
  }
}

function messageOf(message: string, loaded: readonly LoadedEntry[], plan: string): Composed {
  return { kind: "message", message, items: loaded.map(({ item }) => item.id), plan };
}

function postOf({ adapter, feed, settings }: Setting, { item, entry }: LoadedEntry): Outgoing {
  const summary = summaryInStyle({ ...entry, entryId: item.id }, settings, adapter.excerptChars);
  return { kind: "post", feed, summary };
}

function digestOf(feed: FeedRef, loaded: readonly LoadedEntry[], joined: string | null): Outgoing {
  const summaries = loaded.map(({ item, entry }) => summarize({ ...entry, entryId: item.id }, { excerptChars: 0 }));
  return { kind: "digest", feed, summaries, ...(joined === null ? {} : { joined }) };
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
