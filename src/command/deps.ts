import type { ChannelFeed } from "../follow/channel-feeds.ts";
import { channelFeeds, pickFeed } from "../follow/channel-feeds.ts";
import type { FollowDeps } from "../follow/follow-feed.ts";
import type { SearchIndex } from "../search/search-index.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { EntryStore } from "../store/entry-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { ImportStore } from "../store/import-store.ts";
import type { RecentSearches } from "../store/recent-searches.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import type { Summary } from "../summary/summary.ts";
import type { Args, Caller } from "./command.ts";
import { code, refused, type Reply } from "./reply.ts";

/** How a platform writes a post. */
export interface PostPreview {
  /** How much of an entry reads well there, in characters. */
  readonly excerptChars: number;
  /** The message that would be sent, as people can read it. */
  post(feed: { readonly id: string; readonly url: string; readonly title: string }, summary: Summary): string;
  toMention(typed: string): string | null;
  messageLink(channel: string, ref: string, recall: (name: string) => Promise<string | null>): Promise<string | null>;
  memories(channel: string): readonly string[];
  workspaceOf(channel: string, recall: (name: string) => Promise<string | null>): Promise<string | null>;
}

/** Every platform there is, by its name; each is loaded when it is asked for. */
export type Previews = Readonly<Record<string, () => Promise<PostPreview>>>;

export interface CommandDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly entries: EntryStore;
  readonly ledger: LedgerStore;
  /** How long entries and what became of them are kept. */
  readonly retentionMs: number;
  readonly follow: FollowDeps;
  readonly wake: (channel: string) => Promise<void>;
  readonly nowMs: () => Promise<number>;
  /** Redis time at which the feed is due, null when it is not scheduled. */
  readonly dueAt: (feedId: string, url: string) => Promise<number | null>;
  readonly previews: Previews;
  readonly imports: ImportStore;
  /** Sees to it that the import that is written down for a channel is carried out. */
  readonly startImport: (channel: string) => Promise<void>;
  /** Removes what is kept of a channel that is marked for it; false when that comes to its end later. */
  readonly forget: (channel: string) => Promise<boolean>;
  /** The address of a message that was posted in a channel, by the reference in the ledger; null where it has none. */
  readonly linkOf: (channel: string, ref: string) => Promise<string | null>;
  /** Entries of any feeds; the caller asks for those of the channel alone. */
  readonly search: Pick<SearchIndex, "find" | "entries">;
  readonly recentSearches: Pick<RecentSearches, "note" | "of">;
  /** Ends what a command still waits for when the process stops. */
  readonly stopping: AbortSignal;
}

export function text(args: Args, name: string): string {
  const value = args[name];
  return typeof value === "string" ? value : (value ?? []).join(" ");
}

export function list(args: Args, name: string): readonly string[] {
  const value = args[name];
  return typeof value === "string" ? [value] : (value ?? []);
}

/**
 * The feed that a command is about: the one that was named, or the only one there is. A refusal says which there are.
 */
export async function feedOf(deps: CommandDeps, context: Caller, args: Args): Promise<ChannelFeed | Reply> {
  const all = await channelFeeds(deps.feeds, deps.channels, context.channel);
  if (all.length === 0)
    return refused("This channel follows no feed yet. Add one with ", code("follow <address>"), ".");
  const wanted = text(args, "feed");
  const [only] = all;
  if (wanted === "" && all.length === 1 && only !== undefined) return only;
  const picked = wanted === "" ? all : pickFeed(all, wanted);
  if ("feedId" in picked) return picked;
  const choice = (picked.length > 0 ? picked : all).map((feed) => `${String(feed.number)} ${feed.title}`).join(" · ");
  if (wanted === "") return refused(`Which feed? Say its number: ${choice}`);
  const [, number, extra] = /^(\d+)\s+(.+)$/.exec(wanted) ?? [];
  if (picked.length === 0 && extra !== undefined && all.some((feed) => feed.number === Number(number)))
    return refused(
      `There is a feed ${number ?? ""}, but this command has no use for “${extra}”. Look it up with `,
      code(`help ${context.command}`),
      ".",
    );
  if (picked.length === 0) return refused(`No feed of this channel fits “${wanted}”. There are: ${choice}`);
  return refused(`“${wanted}” fits several feeds. Say the number: ${choice}`);
}

export function isReply(value: ChannelFeed | Reply): value is Reply {
  return "status" in value;
}
