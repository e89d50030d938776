import { type ChannelFeed, channelFeeds } from "../follow/channel-feeds.ts";
import { summarize } from "../summary/compose.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { newestEntries, summaryLine } from "./entry-blocks.ts";
import { bulletList, code, done, paragraph, refused, type Reply } from "./reply.ts";
import { zoneHere } from "./zone-here.ts";

const MOST_LATEST = 25;
const EXCERPT_CHARS = 400;
const DEFAULT_LATEST = 5;

export function latestCommand(deps: CommandDeps): CommandRow {
  return {
    name: "latest",
    description: "The newest entries of a feed, or of all feeds of this channel, also those a filter keeps out.",
    example: "latest 1 3",
    permission: "look",
    options: [
      {
        name: "feed",
        description: "Number, address or words of the title",
        type: "feed",
        required: false,
      },
      { name: "n", description: "How many, 5 unless said", type: "integer", required: false },
    ],
    run: async (context, args) => await runLatest(deps, context, args),
  };
}

async function runLatest(deps: CommandDeps, context: Caller, args: Args): Promise<Reply> {
  const count = Math.min(MOST_LATEST, Math.max(1, Number(text(args, "n") || DEFAULT_LATEST)));
  let feeds: readonly ChannelFeed[];
  if (text(args, "feed") === "") {
    feeds = await channelFeeds(deps.feeds, deps.channels, context.channel);
    if (feeds.length === 0)
      return refused("This channel follows no feed yet. Add one with ", code("follow <address>"), ".");
  } else {
    const feed = await feedOf(deps, context, args);
    if (isReply(feed)) return feed;
    feeds = [feed];
  }
  const entries = await newestEntries(deps.feeds, feeds, count);
  const newest = entries.map((entry) => summarize(entry, { excerptChars: EXCERPT_CHARS, zone: zoneHere() }));
  if (newest.length === 0) return done([paragraph("Nothing has been published yet.")], { entries: [] });
  return done([bulletList(newest.map(summaryLine))], { entries: newest });
}
