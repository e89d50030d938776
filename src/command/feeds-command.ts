import { type ChannelFeed, channelFeeds } from "../follow/channel-feeds.ts";
import { DEFAULT_SETTINGS } from "../follow/settings.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { feedDetails, rateWords } from "./feed-details.ts";
import { ruleWords } from "./filter-words.ts";
import { healthWords, troubleWords } from "./poll-words.ts";
import { bulletList, code, done, link, paragraph, type Reply, strong } from "./reply.ts";
import { styleWords } from "./style-command.ts";

export function feedsCommand(deps: CommandDeps): CommandRow {
  return {
    name: "feeds",
    description: "The feeds of this channel and how they are; with a feed: all about that one.",
    example: "feeds",
    permission: "look",
    options: [{ name: "feed", description: "Number, address or words of the title", type: "feed", required: false }],
    run: async (caller, args) =>
      text(args, "feed") === "" ? await runFeeds(deps, caller) : await runFeed(deps, caller, args),
  };
}

async function runFeed(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const feed = await feedOf(deps, caller, args);
  return isReply(feed) ? feed : await feedDetails(deps, caller.channel, feed);
}

async function runFeeds(deps: CommandDeps, { channel }: Caller): Promise<Reply> {
  const all = await channelFeeds(deps.feeds, deps.channels, channel);
  if (all.length === 0)
    return done([paragraph("This channel follows no feed yet. Add one with ", code("follow <address>"), ".")], {
      feeds: [],
    });
  const [nowMs, paused, outstanding] = await Promise.all([
    deps.nowMs(),
    deps.channels.pausedBecause(channel),
    deps.channels.outstanding(channel),
  ]);
  const dues = await Promise.all(all.map(async (feed) => await deps.dueAt(feed.feedId, feed.state.url)));
  const items = all.map((feed, i) => [
    `${String(feed.number)} `,
    link(feed.state.url, feed.title),
    ` — ${[healthWords(feed.state, dues[i] ?? null, nowMs), rateWords(feed, nowMs), ...ownRules(feed)].join("; ")}`,
    ...troubleLine(feed, nowMs),
  ]);
  const notes = [
    ...(paused === null ? [] : [paragraph(strong("Paused"), `: ${paused}. `, code("resume"), " goes on.")]),
    ...(outstanding === 0 ? [] : [paragraph(`${String(outstanding)} waiting to be posted.`)]),
  ];
  const data = all.map((feed, i) => ({
    number: feed.number,
    feedId: feed.feedId,
    ...feed.state,
    dueAtMs: dues[i] ?? null,
    settings: feed.settings,
  }));
  return done([bulletList(items), ...notes], { feeds: data, paused, outstanding });
}

/** A second line, only where something is wrong. */
function troubleLine(feed: ChannelFeed, nowMs: number): Parameters<typeof paragraph> {
  const trouble = troubleWords(feed, nowMs);
  return trouble === "" ? [] : [{ type: "break" }, `⚠ ${trouble}.`];
}

/** What is not as it is for every new follow. */
function ownRules({ settings }: ChannelFeed): string[] {
  const { authors, words } = settings.filter;
  const style = styleWords(settings);
  return [
    ...ruleWords("authors", authors),
    ...ruleWords("words", words),
    ...(style === styleWords(DEFAULT_SETTINGS) ? [] : [style]),
  ];
}
