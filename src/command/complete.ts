import { type ChannelFeed, channelFeeds } from "../follow/channel-feeds.ts";
import type { Command, CommandContext, CommandOption, Completion, TypedOptions } from "./command.ts";
import { authorCompletions, authorListCompletions } from "./complete-authors.ts";
import { queryCompletions } from "./complete-search.ts";
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
    case "author":
      return await authorCompletions(deps, context, typed, options["feed"] ?? "");
    case "authors":
      return await authorListCompletions(deps, context, typed, options["feed"] ?? "");
    case "query":
      return await queryCompletions(deps, context, typed);
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
