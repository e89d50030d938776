import { type Adapter, type FeedRef, type Outgoing, TooLong } from "../adapter.ts";
import type { Entry } from "../feed/entry.ts";
import { isCalled } from "../follow/mention.ts";
import type { FollowSettings } from "../follow/settings.ts";
import type { SendingItem } from "../store/beginning.ts";
import type { ChannelStore, Withdrawal } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { LinkStore } from "../store/link-store.ts";
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
import { entryId, type Item, toItem } from "./item.ts";
import { summaryInStyle } from "./styled.ts";
import { WaitingRoom } from "./waiting.ts";

export interface ComposeDeps {
  readonly adapter: Adapter;
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly links: LinkStore;
  /** From so many entries of one feed at the head of an outbox on, they become one digest. */
  readonly digestFrom: number;
}

/** The beginning of an outbox. */
export interface OutboxHead {
  readonly items: readonly string[];
  readonly plan: string;
  /** Redis time. */
  readonly nowMs: number;
}

/** What to do with the head of an outbox. */
export type Composed =
  | {
      readonly kind: "message";
      readonly message: string;
      readonly items: readonly SendingItem[];
      /** For the items behind it, see `Plan`. */
      readonly plan: string;
    }
  | { readonly kind: "withdraw"; readonly withdrawals: readonly Withdrawal[] };

interface LoadedEntry {
  readonly item: EntryItem;
  readonly entry: Entry & { readonly linkKey: string };
}

/** What the messages of one feed in one channel have in common. */
interface Setting {
  readonly adapter: Adapter;
  readonly feed: FeedRef;
  readonly settings: FollowSettings;
}

/** The next message of a channel whose outbox begins so. */
export async function compose(deps: ComposeDeps, channel: string, head: OutboxHead): Promise<Composed> {
  const items = head.items.map(toItem);
  const first = items[0];
  if (first === undefined) return { kind: "withdraw", withdrawals: [] };
  if (first.kind === "notice") return await composeNotice(deps, channel, first);
  const run = headRun(items, first.feedId);
  const room = new WaitingRoom(deps, channel, head.nowMs);
  return await composeEntries(deps, room, run, toPlan(head.plan));
}

async function composeNotice(deps: ComposeDeps, channel: string, item: Item & { kind: "notice" }): Promise<Composed> {
  const text = await deps.channels.notice(channel, item.noticeId);
  if (text === null) return withdrawn([item], "its text is gone");
  const message = attempt(() => deps.adapter.render({ kind: "notice", text }));
  return "failure" in message
    ? rejected([item], message.failure)
    : { kind: "message", message: message.value, items: [{ id: item.id, linkKey: "" }], plan: "" };
}

async function composeEntries(
  deps: ComposeDeps,
  room: WaitingRoom,
  run: readonly EntryItem[],
  plan: Plan,
): Promise<Composed> {
  const { feed, settings } = await room.followed(run[0]?.feedId ?? "");
  const scope = scopeOf(run, deps.digestFrom, plan);
  const group = groupAtHead(await load(room, scope), scope);
  const withdrawals = group.members.flatMap(({ withdrawal }) => withdrawal ?? []);
  if (withdrawals.length > 0 || settings === null) return { kind: "withdraw", withdrawals };
  const loaded = group.members.flatMap(({ item, entry }): LoadedEntry[] => (entry === null ? [] : [{ item, entry }]));
  return composeMessage({ adapter: deps.adapter, feed, settings }, loaded, group);
}

/** Of a few entries the others are needed only where the first is one of several that go together. */
async function load(room: WaitingRoom, scope: Scope): Promise<Waiting[]> {
  if (scope.size !== "few") return await room.read(scope.items);
  const head = await room.read(scope.items.slice(0, 1));
  return head[0]?.entry?.joined === true ? [...head, ...(await room.read(scope.items.slice(1)))] : head;
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
  setting: Setting,
  loaded: readonly LoadedEntry[],
  { joined, plan, planInParts }: Omit<Group, "members">,
): Composed | { readonly failure: string } {
  for (let parts = 1; ; parts += 1) {
    const part = loaded.slice(0, Math.ceil(loaded.length / parts));
    if (part.length < 2) return { failure: "it does not fit into a message" };
    const digest = attempt(() => setting.adapter.render(digestOf(setting, part, joined)));
    if ("value" in digest) return messageOf(digest.value, part, parts === 1 ? plan : planInParts);
    if (!digest.isTooLong) return digest;
  }
}

function messageOf(message: string, loaded: readonly LoadedEntry[], plan: string): Composed {
  const items = loaded.map(({ item, entry }) => ({ id: item.id, linkKey: entry.linkKey }));
  return { kind: "message", message, items, plan };
}

export function postOf(
  { adapter, feed, settings }: Setting,
  { item, entry }: { readonly item: { readonly feedId: string; readonly number: number }; readonly entry: Entry },
): Outgoing {
  const id = entryId(item.feedId, item.number);
  const summary = summaryInStyle({ ...entry, entryId: id }, settings, adapter.excerptChars);
  return { kind: "post", feed, summary, ...calling(settings, [entry]) };
}

function digestOf({ feed, settings }: Setting, loaded: readonly LoadedEntry[], joined: string | null): Outgoing {
  const summaries = loaded.map(({ item, entry }) =>
    summarize({ ...entry, entryId: entryId(item.feedId, item.number) }, { excerptChars: 0 }),
  );
  const called = calling(
    settings,
    loaded.map(({ entry }) => entry),
  );
  return { kind: "digest", feed, summaries, ...called, ...(joined === null ? {} : { joined }) };
}

/** Whom the follow calls for one of these. */
function calling({ mention }: FollowSettings, entries: readonly Entry[]): { readonly mention?: string } {
  return mention !== null && entries.some((entry) => isCalled(mention, entry)) ? { mention: mention.whom } : {};
}

export function attempt(
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
