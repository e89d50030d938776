import { type ChannelFeed, channelFeeds } from "../follow/channel-feeds.ts";
import type { Rules } from "../follow/filter.ts";
import { DEFAULT_SETTINGS } from "../follow/settings.ts";
import { summarize } from "../summary/compose.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { newestEntries, summaryLine } from "./entry-blocks.ts";
import { bulletList, code, done, link, paragraph, refused, type Reply, strong } from "./reply.ts";
import { styleWords } from "./style-command.ts";
import { duration } from "./time-words.ts";

const MOST_LATEST = 25;
const EXCERPT_CHARS = 400;
const DEFAULT_LATEST = 5;

export function feedsCommand(deps: CommandDeps): CommandRow {
  return {
    name: "feeds",
    description: "The feeds of this channel and how they are.",
    example: "feeds",
    permission: "look",
    options: [],
    run: async (context) => await runFeeds(deps, context),
  };
}

async function runFeeds(deps: CommandDeps, context: Caller): Promise<Reply> {
  const all = await channelFeeds(deps.feeds, deps.channels, context.channel);
  if (all.length === 0)
    return done([paragraph("This channel follows no feed yet. Add one with ", code("follow <address>"), ".")], {
      feeds: [],
    });
  const [nowMs, paused, outstanding] = await Promise.all([
    deps.nowMs(),
    deps.channels.pausedBecause(context.channel),
    deps.channels.outstanding(context.channel),
  ]);
  const dues = await Promise.all(all.map(async (feed) => await deps.dueAt(feed.feedId, feed.state.url)));
  const items = all.map((feed, i) => [
    `${String(feed.number)} `,
    link(feed.state.url, feed.title),
    ` — ${health(feed, dues[i] ?? null, nowMs)}${rulesShort(feed)}`,
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

function health(feed: ChannelFeed, dueAtMs: number | null, nowMs: number): string {
  const { state } = feed;
  if (state.stopped !== "") return `not read any more: ${state.failure}`;
  const next =
    dueAtMs === null
      ? "not scheduled"
      : dueAtMs <= nowMs
        ? "next read now"
        : `next read in ${duration(dueAtMs - nowMs)}`;
  const last = state.lastOkAtMs === 0 ? "not read yet" : `read ${duration(nowMs - state.lastOkAtMs)} ago`;
  if (state.failures === 0) return `${last}, ${next}`;
  return `failing for ${duration(nowMs - state.failingSinceMs)}: ${state.failure} (${last}, ${next})`;
}

function rulesShort(feed: ChannelFeed): string {
  const { authors, words } = feed.settings.filter;
  const style = styleWords(feed.settings);
  const parts = [
    ...ruleWords("authors", authors),
    ...ruleWords("words", words),
    ...(style === styleWords(DEFAULT_SETTINGS) ? [] : [style]),
  ];
  return parts.length === 0 ? "" : `; ${parts.join("; ")}`;
}

function ruleWords(what: string, rules: Rules): string[] {
  const parts: string[] = [];
  if (rules.include.length > 0) parts.push(`only ${what}: ${rules.include.join(", ")}`);
  if (rules.exclude.length > 0) parts.push(`without ${what}: ${rules.exclude.join(", ")}`);
  return parts;
}

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
  const newest = entries.map((entry) => summarize(entry, { excerptChars: EXCERPT_CHARS }));
  if (newest.length === 0) return done([paragraph("Nothing has been published yet.")], { entries: [] });
  return done([bulletList(newest.map(summaryLine))], { entries: newest });
}
