import { type Adapter, type DigestSection, type FeedRef, type Outgoing, TooLong } from "../adapter.ts";
import type { Entry } from "../feed/entry.ts";
import { isCalled } from "../follow/mention.ts";
import type { FollowSettings } from "../follow/settings.ts";
import type { SendingItem } from "../store/beginning.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { ChannelTime, Withdrawal } from "../store/delivery-store.ts";
import { MOST_PARTS } from "../store/detail-scripts.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { LinkStore } from "../store/link-store.ts";
import { summarize } from "../summary/compose.ts";
import type { Summary } from "../summary/summary.ts";
import {
  type EntryItem,
  type Group,
  groupAtHead,
  headRun,
  type Scope,
  scopeOf,
  toPlan,
  type Waiting,
} from "./group.ts";
import { entryId, type Item, toItem } from "./item.ts";
import { summaryInStyle } from "./styled.ts";
import { WaitingRoom } from "./waiting.ts";

/** Of details in one message: clients fold no long message. */
export const MOST_TOGETHER = 10;

export interface ComposeDeps {
  readonly adapter: Adapter;
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly links: LinkStore;
  /** From so many entries at the head of an outbox on, they become one digest. */
  readonly digestFrom: number;
}

/** The beginning of an outbox. */
export interface OutboxHead extends ChannelTime {
  readonly items: readonly string[];
  readonly plan: string;
}

/** What to do with the head of an outbox. */
export type Composed =
  | {
      readonly kind: "message";
      readonly message: string;
      readonly items: readonly SendingItem[];
      /** For the items behind it, see `Plan`. */
      readonly plan: string;
      /** Entries that go into its thread. */
      readonly details: readonly string[];
    }
  | { readonly kind: "withdraw"; readonly withdrawals: readonly Withdrawal[] };

/** What a post is made of. */
interface Postable {
  readonly item: Pick<EntryItem, "feedId" | "number">;
  readonly entry: Entry;
  readonly feed: FeedRef;
  readonly settings: FollowSettings;
  /** Of the channel. */
  readonly zone: string;
}

interface LoadedEntry extends Postable {
  readonly item: EntryItem;
  readonly entry: Entry & { readonly linkKey: string };
}

/** The next message of a channel whose outbox begins so. */
export async function compose(deps: ComposeDeps, channel: string, head: OutboxHead): Promise<Composed> {
  const items = head.items.map(toItem);
  const first = items[0];
  if (first === undefined) return { kind: "withdraw", withdrawals: [] };
  if (first.kind === "notice") return await composeNotice(deps, channel, first);
  const room = new WaitingRoom(deps, channel, head.nowMs);
  return await composeEntries(deps, room, headRun(items), head);
}

async function composeNotice(deps: ComposeDeps, channel: string, item: Item & { kind: "notice" }): Promise<Composed> {
  const text = await deps.channels.notice(channel, item.noticeId);
  if (text === null) return withdrawn([item], "its text is gone");
  const message = attempt(() => deps.adapter.render({ kind: "notice", text }));
  return "failure" in message
    ? rejected([item], message.failure)
    : {
        kind: "message",
        message: message.value,
        items: [{ id: item.id, linkKey: "" }],
        plan: "",
        details: [],
      };
}

async function composeEntries(
  deps: ComposeDeps,
  room: WaitingRoom,
  run: readonly EntryItem[],
  { plan, zone }: OutboxHead,
): Promise<Composed> {
  const scope = scopeOf(run, await digestsOf(deps, room, run), toPlan(plan));
  const group = groupAtHead(await load(room, scope), scope);
  const withdrawals = group.members.flatMap(({ withdrawal }) => withdrawal ?? []);
  if (withdrawals.length > 0) return { kind: "withdraw", withdrawals };
  const loaded: LoadedEntry[] = [];
  for (const { item, entry } of group.members) {
    const { feed, settings } = await room.followed(item.feedId);
    if (entry !== null && settings !== null) loaded.push({ item, entry, feed, settings, zone });
  }
  const part = withOneCall(loaded);
  return composeMessage(
    deps.adapter,
    part,
    part.length === loaded.length ? group : { ...group, plan: group.planInParts },
  );
}

/** From how many waiting entries on those of each feed of the run are one message. */
async function digestsOf(
  deps: ComposeDeps,
  room: WaitingRoom,
  run: readonly EntryItem[],
): Promise<(feedId: string) => number> {
  // One alone is a post anyway.
  const ids = run.length < 2 ? [] : new Set(run.map(({ feedId }) => feedId));
  const found = new Map<string, number>();
  for (const id of ids) {
    const { settings } = await room.followed(id);
    const from = settings?.digestFrom ?? 0;
    found.set(id, from === 0 ? deps.digestFrom : from === 1 ? Infinity : from);
  }
  return (feedId) => found.get(feedId) ?? deps.digestFrom;
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
function composeMessage(adapter: Adapter, loaded: readonly LoadedEntry[], group: Omit<Group, "members">): Composed {
  const [first] = loaded;
  if (first === undefined) return { kind: "withdraw", withdrawals: [] };
  const post = (one: LoadedEntry): string => adapter.render(postOf(adapter, one));
  if (loaded.length === 1) {
    const message = attempt(() => post(first));
    return "failure" in message
      ? rejected([first.item], message.failure)
      : messageOf(message.value, [first], group.plan);
  }
  const digest = composeDigest(adapter, loaded, group);
  if (!("failure" in digest)) return digest;
  const poison = loaded.filter((one) => "failure" in attempt(() => post(one)));
  return poison.length === 0
    ? composeMessage(adapter, [first], { joined: null, plan: "", planInParts: "" })
    : rejected(
        poison.map(({ item }) => item),
        digest.failure,
      );
}

/** All entries in one message, or the first of as few and equal parts as the platform's limits make necessary. */
function composeDigest(
  adapter: Adapter,
  loaded: readonly LoadedEntry[],
  { joined, plan, planInParts }: Omit<Group, "members">,
): Composed | { readonly failure: string } {
  for (let parts = 1; ; parts += 1) {
    const part = loaded.slice(0, Math.ceil(loaded.length / parts));
    if (part.length < 2) return { failure: "it does not fit into a message" };
    const digest = attempt(() => adapter.render(digestOf(part, joined)));
    if ("value" in digest) {
      const message = messageOf(digest.value, part, parts === 1 ? plan : planInParts);
      return { ...message, details: adapter.hasThreads ? detailsOf(part) : [] };
    }
    if (!digest.isTooLong) return digest;
  }
}

/** As many as the messages of a thread can hold. */
const MOST_DETAILS = MOST_PARTS * MOST_TOGETHER;

function detailsOf(loaded: readonly LoadedEntry[]): string[] {
  const wanted = loaded.filter(({ settings }) => settings.style !== "title");
  return wanted.slice(0, MOST_DETAILS).map(({ item }) => entryId(item.feedId, item.number));
}

function messageOf(
  message: string,
  loaded: readonly LoadedEntry[],
  plan: string,
): Composed & { readonly kind: "message" } {
  const items = loaded.map(({ item, entry }) => ({ id: item.id, linkKey: entry.linkKey }));
  return { kind: "message", message, items, plan, details: [] };
}

export function postOf({ excerptChars }: Adapter, { item, entry, feed, settings, zone }: Postable): Outgoing {
  const id = entryId(item.feedId, item.number);
  const summary = summaryInStyle({ ...entry, entryId: id }, settings, { excerptChars, zone });
  return { kind: "post", feed, summary, ...calling(settings, [entry]) };
}

function digestOf(loaded: readonly LoadedEntry[], joined: string | null): Outgoing {
  const sections = new Map<string, DigestSection & { readonly summaries: Summary[] }>();
  for (const { item, entry, feed, zone } of loaded) {
    const section = sections.get(feed.id) ?? { feed, summaries: [] };
    const entryIdOf = entryId(item.feedId, item.number);
    section.summaries.push(summarize({ ...entry, entryId: entryIdOf }, { excerptChars: 0, zone }));
    sections.set(feed.id, section);
  }
  const called = loaded.map(({ settings, entry }) => calling(settings, [entry])).find(({ mention }) => mention);
  return { kind: "digest", sections: [...sections.values()], ...called, ...(joined === null ? {} : { joined }) };
}

/** A message calls one at most: what calls somebody else begins the next one. */
function withOneCall(loaded: readonly LoadedEntry[]): readonly LoadedEntry[] {
  const calls = loaded.map(({ settings, entry }) => calling(settings, [entry]).mention);
  const first = calls.find((whom) => whom !== undefined);
  const end = calls.findIndex((whom) => whom !== undefined && whom !== first);
  return end === -1 ? loaded : loaded.slice(0, end);
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
