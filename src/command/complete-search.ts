import { setTimeout as sleep } from "node:timers/promises";
import { type ChannelFeed, channelFeeds } from "../follow/channel-feeds.ts";
import { continuationsOf } from "../search/continuations.ts";
import { parseQuery } from "../search/parse-query.ts";
import { resolveFeeds } from "../search/resolve-feeds.ts";
import { tokensOf } from "../search/tokens.ts";
import type { CommandContext, Completion } from "./command.ts";
import { authorCompletions } from "./complete-authors.ts";
import type { CommandDeps } from "./deps.ts";

/** People type on meanwhile, and platforms wait 3 s at most. */
const WORDS_WITHIN_MS = 700;
const ENTRIES_READ = 20;
const MOST_WORDS = 15;
const LEAST_CHARS = 2;

/** What was searched here lately and fits, and the words with which what was typed goes on. */
export async function queryCompletions(
  deps: CommandDeps,
  context: CommandContext,
  typed: string,
  withinMs = WORDS_WITHIN_MS,
): Promise<readonly Completion[]> {
  const [recent, continued] = await Promise.all([
    recentThatFit(deps, context, typed),
    Promise.race([continuations(deps, context, typed), sleep(withinMs, [], { ref: false })]),
  ]);
  return [...new Set([...recent, ...continued])].map((value) => ({ value, label: value }));
}

async function recentThatFit(
  deps: CommandDeps,
  { channel }: CommandContext,
  typed: string,
): Promise<readonly string[]> {
  const wanted = typed.trim().toLowerCase();
  const all = await deps.recentSearches.of(channel);
  return all.filter((one) => one.toLowerCase().includes(wanted) && one !== typed);
}

async function continuations(deps: CommandDeps, context: CommandContext, typed: string): Promise<readonly string[]> {
  const all = await channelFeeds(deps.feeds, deps.channels, context.channel);
  const [whole, key = "", quote = "", begun = ""] = /(-?(?:author|from|feed|in):)("?)([^"]*)$/iu.exec(typed) ?? [];
  if (whole === undefined || (quote === "" && /\s/.test(begun))) return await wordsThatGoOn(deps, all, typed);
  const names = /author|from/i.test(key)
    ? (await authorCompletions(deps, context, begun, "")).map(({ value }) => value)
    : all.map(({ title }) => title).filter((title) => title.toLowerCase().includes(begun.toLowerCase()));
  const before = `${typed.slice(0, typed.length - whole.length)}${key}`;
  return names
    .slice(0, MOST_WORDS)
    .map((name) => `${before}${/\s/.test(name) ? `"${name.replaceAll('"', "")}"` : name}`);
}

/** By what is found with it: words that begin as the last one does, those of the most entries first. */
async function wordsThatGoOn(
  deps: CommandDeps,
  all: readonly ChannelFeed[],
  typed: string,
): Promise<readonly string[]> {
  const last = /[^\s"“”:-]+$/u.exec(typed)?.[0] ?? "";
  const begun = tokensOf(last).at(-1) ?? "";
  if (last.length < LEAST_CHARS || begun === "") return [];
  const { query } = parseQuery(typed, { isTyping: true }, await deps.nowMs(), "UTC");
  const { feedIds } = resolveFeeds(query, all);
  const { entries } = await deps.search.entries(feedIds, query, { offset: 0, limit: ENTRIES_READ });
  const isTitle = query.groups.at(-1)?.at(-1)?.isTitle === true;
  const before = typed.slice(0, typed.length - last.length);
  return continuationsOf(entries, begun, isTitle)
    .slice(0, MOST_WORDS)
    .map((word) => before + word);
}
