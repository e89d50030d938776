import { foldName } from "../feed/names.ts";
import { channelFeeds, pickFeed } from "../follow/channel-feeds.ts";
import type { AuthorRow } from "../store/feed-store.ts";
import { postsOf } from "./author-words.ts";
import type { CommandContext, Completion } from "./command.ts";
import type { CommandDeps } from "./deps.ts";

/** Who writes in the feed that is `wanted`, in all feeds of the channel where none is, those who write most first. */
async function authorRows(deps: CommandDeps, context: CommandContext, wanted: string): Promise<readonly AuthorRow[]> {
  const all = await channelFeeds(deps.feeds, deps.channels, context.channel);
  const picked = wanted === "" ? all : pickFeed(all, wanted);
  const feeds = "feedId" in picked ? [picked] : picked;
  const rows = await Promise.all(feeds.map(async (feed) => await deps.feeds.authors(feed.feedId)));
  return merged(rows.flat()).sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

/** Who writes in several feeds is offered once. */
function merged(rows: readonly AuthorRow[]): AuthorRow[] {
  const all = new Map<string, AuthorRow>();
  for (const row of rows) {
    const { count = 0, last = "", name = row.name } = all.get(row.fold) ?? {};
    all.set(row.fold, { fold: row.fold, name, count: count + row.count, last: last > row.last ? last : row.last });
  }
  return [...all.values()];
}

/** Names that hold what was typed. */
export async function authorCompletions(
  deps: CommandDeps,
  context: CommandContext,
  typed: string,
  wanted: string,
): Promise<readonly Completion[]> {
  const [rows, nowMs] = await Promise.all([authorRows(deps, context, wanted), deps.nowMs()]);
  const begun = foldName(typed);
  return rows
    .filter((author) => author.fold.includes(begun))
    .map((author) => ({ value: author.name, label: `${author.name} (${postsOf(author, nowMs)})` }));
}

/** The last name of a list is completed, what stands before it is kept. */
export async function authorListCompletions(
  deps: CommandDeps,
  context: CommandContext,
  typed: string,
  wanted: string,
): Promise<readonly Completion[]> {
  const comma = typed.lastIndexOf(",");
  const before = typed.slice(0, comma + 1).trim();
  const chosen = new Set(before.split(",").map(foldName));
  const found = await authorCompletions(deps, context, typed.slice(comma + 1), wanted);
  return found
    .filter(({ value }) => !chosen.has(foldName(value)))
    .map(({ value, label }) => ({ value: before === "" ? value : `${before} ${value}`, label }));
}
