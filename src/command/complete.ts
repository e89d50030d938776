import { foldName } from "../feed/names.ts";
import { type ChannelFeed, channelFeeds, pickFeed } from "../follow/channel-feeds.ts";
import type { AuthorRow } from "../store/feed-store.ts";
import { postsOf } from "./author-words.ts";
import type { Command, CommandContext, CommandOption, Completion, TypedOptions } from "./command.ts";
import type { CommandDeps } from "./deps.ts";

/** What platforms show at once. */
const MOST = 25;

/** What may be meant by what was typed into an option so far, best first. */
export async function complete(
  deps: CommandDeps,
  commands: readonly Command[],
  context: CommandContext,
  asked: { readonly command: string; readonly option: string; readonly typed: string; readonly options: TypedOptions },
): Promise<readonly Completion[]> {
  const command = commands.find((one) => one.name === asked.command);
  const option = command?.options.find((one) => one.name === asked.option);
  if (option === undefined) return [];
  const all = await completions(deps, commands, context, option, asked);
  return all.slice(0, MOST);
}

async function completions(
  deps: CommandDeps,
  commands: readonly Command[],
  context: CommandContext,
  option: CommandOption,
  { typed, options }: { readonly typed: string; readonly options: TypedOptions },
): Promise<readonly Completion[]> {
  switch (option.type) {
    case "feed":
      return feedCompletions(await channelFeeds(deps.feeds, deps.channels, context.channel), typed);
    case "authors":
      return await authorCompletions(deps, context, typed, options["feed"] ?? "");
    case "choice":
      return matching(option.choices ?? [], typed);
    case "text":
      return option.name === "command"
        ? matching(
            commands.map((one) => one.name),
            typed,
          )
        : [];
    case "rest":
    case "integer":
    case "words":
    case "file":
      return [];
  }
}

function matching(values: readonly string[], typed: string): readonly Completion[] {
  return values
    .filter((value) => value.startsWith(typed.trim().toLowerCase()))
    .map((value) => ({ value, label: value }));
}

function feedCompletions(feeds: readonly ChannelFeed[], typed: string): readonly Completion[] {
  const wanted = typed.trim().toLowerCase();
  return feeds
    .filter((feed) => `${String(feed.number)} ${feed.title} ${feed.state.url}`.toLowerCase().includes(wanted))
    .map((feed) => ({ value: String(feed.number), label: `${String(feed.number)} ${feed.title}` }));
}

/** The last name of a list is completed, what stands before it is kept. Without a feed, of all feeds of the channel. */
async function authorCompletions(
  deps: CommandDeps,
  context: CommandContext,
  typed: string,
  wanted: string,
): Promise<readonly Completion[]> {
  const all = await channelFeeds(deps.feeds, deps.channels, context.channel);
  const picked = wanted === "" ? all : pickFeed(all, wanted);
  const feeds = "feedId" in picked ? [picked] : picked;
  const rows = merged((await Promise.all(feeds.map(async (feed) => await deps.feeds.authors(feed.feedId)))).flat());
  const nowMs = await deps.nowMs();
  const comma = typed.lastIndexOf(",");
  const before = typed.slice(0, comma + 1).trim();
  const begun = foldName(typed.slice(comma + 1));
  const chosen = new Set(before.split(",").map(foldName));
  return rows
    .filter((author) => !chosen.has(author.fold) && author.fold.includes(begun))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .map((author) => ({
      value: before === "" ? author.name : `${before} ${author.name}`,
      label: `${author.name} (${postsOf(author, nowMs)})`,
    }));
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
