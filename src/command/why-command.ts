import { type ChannelFeed, channelFeeds, pickFeed } from "../follow/channel-feeds.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, text } from "./deps.ts";
import { feedDetails } from "./feed-details.ts";
import { addressIn, type Finding, findEntries, type FoundEntry } from "./find-entry.ts";
import { healthWords, troubleWords } from "./poll-words.ts";
import { bulletList, code, done, paragraph, refused, type Reply } from "./reply.ts";
import { titleOf, whyEntry } from "./why-entry.ts";
import { lastDecisions } from "./why-lately.ts";

const MOST_FEEDS = 5;
const MOST_NEAR = 3;

export function whyCommand(deps: CommandDeps): CommandRow {
  return {
    name: "why",
    description: "Why an entry was posted here or not; or how a feed was read. Alone: what was decided here lately.",
    example: "why https://example.org/posts/42",
    permission: "look",
    options: [
      {
        name: "what",
        description: "Link of the entry or of its message, words of its title, or a feed's number or address",
        type: "rest",
        required: false,
      },
    ],
    run: async (caller, args) => await runWhy(deps, caller, args),
  };
}

async function runWhy(deps: CommandDeps, { channel }: Caller, args: Args): Promise<Reply> {
  const wanted = text(args, "what").trim();
  const feeds = await channelFeeds(deps.feeds, deps.channels, channel);
  if (wanted === "") return await lastDecisions(deps, channel, feeds);
  if (feeds.length === 0)
    return refused("This channel follows no feed yet. Add one with ", code("follow <address>"), ".");
  const feed = feedMeant(feeds, wanted);
  if (feed === "none") return refused(`There is no feed ${wanted}. `, code("feeds"), " lists them.");
  if (feed !== null) return await feedDetails(deps, channel, feed);
  const finding = await findEntries(deps, channel, feeds, wanted);
  if (finding.found.length > 0) return await whyEntry(deps, channel, finding.found);
  const site = feeds.find(({ state }) => sameAddress(state.siteUrl, finding.address));
  return site === undefined ? await neverSeen(deps, feeds, wanted, finding) : await feedDetails(deps, channel, site);
}

/** Only a number, an address or a whole title means a feed here: some words mean an entry. */
function feedMeant(feeds: readonly ChannelFeed[], wanted: string): ChannelFeed | "none" | null {
  if (/^\d+$/.test(wanted)) {
    const picked = pickFeed(feeds, wanted);
    return "feedId" in picked ? picked : "none";
  }
  const address = addressIn(wanted);
  const meant = feeds.find(({ state, title }) =>
    address === ""
      ? title.toLowerCase() === wanted.toLowerCase()
      : sameAddress(state.url, address) || sameAddress(state.formerUrl, address),
  );
  return meant ?? null;
}

function sameAddress(one: string, other: string): boolean {
  const bare = (url: string): string => url.replace(/^https?:\/\/(?:www\.)?/i, "").replace(/\/$/, "");
  return one !== "" && other !== "" && bare(one) === bare(other);
}

async function neverSeen(
  deps: CommandDeps,
  feeds: readonly ChannelFeed[],
  wanted: string,
  { address, near }: Finding,
): Promise<Reply> {
  const nowMs = await deps.nowMs();
  const host = hostOf(address);
  const there =
    host === "" ? [] : feeds.filter(({ state }) => [state.url, state.siteUrl].some((url) => hostOf(url) === host));
  const shown = (there.length > 0 ? there : feeds).slice(0, MOST_FEEDS);
  const polls = await Promise.all(
    shown.map(async (feed) => {
      const dueAtMs = await deps.dueAt(feed.feedId, feed.state.url);
      const trouble = troubleWords(feed, nowMs);
      return `${String(feed.number)} ${feed.title}: ${healthWords(feed.state, dueAtMs, nowMs)}${trouble === "" ? "" : `; ${trouble}`}`;
    }),
  );
  const opening =
    address === ""
      ? `None of the entries that were read here has “${wanted}” in its title.`
      : `None of the feeds that this channel follows has shown ${address}.`;
  const which =
    address === ""
      ? "What they may have published since they were read last is not known yet:"
      : there.length > 0
        ? `At ${host} this channel follows:`
        : `None of them is at ${host}. They are:`;
  const more =
    shown.length < (there.length > 0 ? there : feeds).length ? [paragraph(code("feeds"), " lists them all.")] : [];
  return done(
    [
      paragraph(opening),
      ...(address === "" ? [paragraph(code(`search ${wanted}`), " looks into texts, too.")] : []),
      paragraph(which),
      bulletList(polls.map((line) => [line])),
      ...more,
      ...nearest(near),
    ],
    { entries: [], near: near.map(({ id }) => id) },
  );
}

function nearest(near: readonly FoundEntry[]): Reply["body"] {
  if (near.length === 0) return [];
  return [paragraph("Titles that come near:"), bulletList(near.slice(0, MOST_NEAR).map((one) => titleOf(one)))];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, "") : "";
}
