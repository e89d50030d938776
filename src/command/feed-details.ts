import type { ChannelFeed } from "../follow/channel-feeds.ts";
import { ruleWords } from "./filter-words.ts";
import type { CommandDeps } from "./deps.ts";
import { healthWords, pollLines, troubleWords } from "./poll-words.ts";
import { bulletList, code, done, link, paragraph, type Reply, strong } from "./reply.ts";
import { styleWords } from "./style-command.ts";
import { duration, moment } from "./time-words.ts";

/** How a feed is, and how its last polls ended. */
export async function feedDetails(deps: CommandDeps, channel: string, feed: ChannelFeed): Promise<Reply> {
  const { feedId, state } = feed;
  const [nowMs, dueAtMs, counts, paused] = await Promise.all([
    deps.nowMs(),
    deps.dueAt(feedId, state.url),
    deps.entries.counts(feedId),
    deps.channels.pausedBecause(channel),
  ]);
  const trouble = troubleWords(feed, nowMs);
  const polls = pollLines(state);
  const body: Reply["body"] = [
    paragraph(`${String(feed.number)} `, strong(feed.title), ` — ${healthWords(state, dueAtMs, nowMs)}`),
    ...(trouble === "" ? [] : [paragraph(`It is ${trouble}.`)]),
    ...(paused === null
      ? []
      : [paragraph(`Posting in this channel is paused: ${paused}. `, code("resume"), " goes on.")]),
    bulletList([
      ["Feed: ", link(state.url, state.url)],
      ...(state.formerUrl === "" ? [] : [[`Until it moved for good: ${state.formerUrl}`]]),
      ...(state.siteUrl === "" ? [] : [["Site: ", link(state.siteUrl, state.siteUrl)]]),
      [`Rhythm: ${rateWords(feed, nowMs)}; it is read every ${duration(Math.max(state.intervalMs, 1000))} now`],
      [`${String(counts.kept)} entries kept of ${String(counts.all)} seen`],
      [`Posts come ${styleWords(feed.settings)}; ${rulesOf(feed)}`],
    ]),
    ...(polls.length === 0 ? [] : [paragraph("Last polls, newest first:"), bulletList(polls.map((line) => [line]))]),
  ];
  return done(body, { feedId, ...state, dueAtMs, settings: feed.settings, entries: counts, polls });
}

function rulesOf({ settings }: ChannelFeed): string {
  const { authors, words } = settings.filter;
  const rules = [...ruleWords("authors", authors), ...ruleWords("words", words)];
  return rules.length === 0 ? "no rule keeps any out" : rules.join("; ");
}

const WEEK_MS = 7 * 86_400_000;
const QUIET_AFTER = 4;

/** "about 3 posts a week", by the usual time between two of its entries. */
export function rateWords({ state: { gapMs, newsAtMs } }: Pick<ChannelFeed, "state">, nowMs: number): string {
  if (newsAtMs > 0 && nowMs - newsAtMs > QUIET_AFTER * WEEK_MS)
    return `nothing new since ${moment(newsAtMs).slice(0, 10)}`;
  if (gapMs === null || gapMs <= 0) return "how often it publishes is not known yet";
  const perWeek = WEEK_MS / gapMs;
  if (perWeek >= 0.75) return `about ${plural(Math.round(perWeek), "post")} a week`;
  return `about ${plural(Math.max(1, Math.round(perWeek * 4.35)), "post")} a month`;
}

function plural(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}
