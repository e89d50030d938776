import { type ChannelFeed, channelFeeds } from "../follow/channel-feeds.ts";
import { entryId } from "../relay/item.ts";
import { parseQuery } from "../search/parse-query.ts";
import type { ParsedQuery } from "../search/query.ts";
import { resolveFeeds } from "../search/resolve-feeds.ts";
import type { SearchResult } from "../search/search-index.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, text } from "./deps.ts";
import { bulletList, code, done, paragraph, refused, type Reply, type ReplyAction } from "./reply.ts";
import { nearestQueries } from "./search-nearest.ts";
import { zoneHere } from "./zone-here.ts";
import { countLine, hitBlock, noteLines, type ShownHit } from "./search-reply.ts";

const HITS_PER_PAGE = 5;
const MOST_PAGES = 1000;
const MOST_NEAREST = 3;
const EXAMPLE = 'search "release notes" author:"Ada Quill" since:30d';

export function searchCommand(deps: CommandDeps): CommandRow {
  return {
    name: "search",
    description: "Find entries of this channel's feeds, also those that were not posted here.",
    example: EXAMPLE,
    permission: "look",
    options: [
      {
        name: "query",
        description: 'Words, "exact phrases", -without, word*, title:word',
        type: "query",
        required: false,
      },
      { name: "author", description: "Only by this author", type: "author", required: false },
      { name: "feed", description: "Only in this feed", type: "feed", required: false },
      { name: "since", description: "2026-01-31, or 7d, 4w, 6m, 1y ago", type: "text", required: false },
      { name: "before", description: "The same; that day itself is not in it", type: "text", required: false },
      {
        name: "sort",
        description: "The newest first, unless said",
        type: "choice",
        required: false,
        choices: ["new", "best"],
      },
      { name: "page", description: "Five hits are a page", type: "integer", required: false },
    ],
    run: async (caller, args) => await runSearch(deps, caller, args),
  };
}

const FIELDS = ["query", "author", "feed", "since", "before", "sort"] as const;

/** What is asked, as it was typed and as it was understood. */
interface Asked extends ParsedQuery {
  readonly typed: Readonly<Record<string, string>>;
  readonly all: readonly ChannelFeed[];
  readonly feedIds: readonly string[];
}

async function runSearch(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const typed = Object.fromEntries(FIELDS.map((name) => [name, text(args, name)]).filter(([, value]) => value !== ""));
  const all = await channelFeeds(deps.feeds, deps.channels, caller.channel);
  if (all.length === 0)
    return refused("This channel follows no feed yet. Add one with ", code("follow <address>"), ".");
  if (Object.keys(typed).length === 0) return refused("What are you looking for? For example: ", code(EXAMPLE));
  const { query = "", ...options } = typed;
  const parsed = parseQuery(query, options, await deps.nowMs(), zoneHere());
  const { feedIds, ignored } = resolveFeeds(parsed.query, all);
  const asked = { query: parsed.query, ignored: [...parsed.ignored, ...ignored], typed, all, feedIds };
  if (asked.ignored.length > 0 && asksForAll(asked)) return nothingUnderstood(asked);
  const { page, result } = await pageOf(deps, asked, Number(text(args, "page") || "1"));
  if (result.hits.length === 0) return await nothingFound(deps, asked, result);
  if (page === 1) await noteSearch(deps, caller.channel, typed);
  return await found(deps, caller.channel, asked, page, result);
}

/** Whether every entry of the channel would be an answer. */
function asksForAll({ query, all, feedIds }: Asked): boolean {
  const { groups, excluded, authors, excludedAuthors, sinceMs, beforeMs } = query;
  const asked = [groups, excluded, authors, excludedAuthors].some((some) => some.length > 0);
  return !asked && sinceMs === null && beforeMs === null && feedIds.length === all.length;
}

/** To list everything would look like an answer. */
function nothingUnderstood({ typed, ignored }: Asked): Reply {
  return {
    status: "refused",
    body: [
      paragraph("Nothing of ", code(writtenOut(typed)), " can be looked for."),
      ...noteLines(ignored, 0),
      paragraph("For example: ", code(EXAMPLE)),
    ],
  };
}

/** A page behind the last one is the last one. */
async function pageOf(
  deps: CommandDeps,
  asked: Asked,
  wanted: number,
): Promise<{ page: number; result: SearchResult }> {
  const page = Math.min(MOST_PAGES, Math.max(1, Math.floor(wanted)));
  const result = await find(deps, asked, page);
  const last = pagesOf(result);
  if (result.hits.length > 0 || page === 1 || result.total === 0) return { page, result };
  return { page: Math.min(page - 1, last), result: await find(deps, asked, Math.min(page - 1, last)) };
}

async function find(deps: CommandDeps, { feedIds, query }: Asked, page: number): Promise<SearchResult> {
  return await deps.search.find(feedIds, query, { offset: (page - 1) * HITS_PER_PAGE, limit: HITS_PER_PAGE });
}

function pagesOf({ total }: SearchResult): number {
  return Math.max(1, Math.ceil(total / HITS_PER_PAGE));
}

/** Only what is typed in one field is offered again: the others have completion of their own. */
async function noteSearch(deps: CommandDeps, channel: string, typed: Asked["typed"]): Promise<void> {
  const { query = "" } = typed;
  if (query !== "") await deps.recentSearches.note(channel, query, await deps.nowMs()).catch(() => undefined);
}

async function found(
  deps: CommandDeps,
  channel: string,
  asked: Asked,
  page: number,
  result: SearchResult,
): Promise<Reply> {
  const pages = Math.max(page, pagesOf(result));
  const hits = await shownHits(deps, channel, asked, result);
  const { total, isTotalExact, stillReading } = result;
  const body = [
    countLine(total, isTotalExact, page, pages),
    ...hits.map(hitBlock),
    ...noteLines(asked.ignored, stillReading),
  ];
  const data = { ...dataOf(asked, result), page, pages, hits: hits.map(dataOfHit) };
  // Where nobody counted to the end, a full page may be followed by another.
  const hasMore = page * HITS_PER_PAGE < total || (!isTotalExact && result.hits.length === HITS_PER_PAGE);
  return { ...done(body, data), actions: actionsOf(asked, page, hasMore) };
}

async function shownHits(
  deps: CommandDeps,
  channel: string,
  { all }: Asked,
  { hits }: SearchResult,
): Promise<readonly ShownHit[]> {
  const titles = new Map(all.map((feed) => [feed.feedId, feed.title]));
  const ids = hits.map((hit) => entryId(hit.feedId, hit.number));
  const rows = await deps.ledger.rowsOf(channel, ids);
  return await Promise.all(
    hits.map(async (hit, i) => {
      const row = rows.get(ids[i] ?? "") ?? null;
      const isPosted = row?.state === "posted" && row.ref !== undefined;
      const messageUrl = isPosted ? await deps.linkOf(channel, row.ref).catch(() => null) : null;
      return { hit, feedTitle: all.length > 1 ? (titles.get(hit.feedId) ?? "") : "", row, messageUrl };
    }),
  );
}

function actionsOf({ typed }: Asked, page: number, hasMore: boolean): readonly ReplyAction[] {
  const to = (label: string, target: number): ReplyAction => ({
    label,
    command: "search",
    options: { ...typed, page: String(target) },
    kind: "page",
  });
  return [...(page > 1 ? [to("Previous", page - 1)] : []), ...(hasMore ? [to("Next", page + 1)] : [])];
}

/** Says what was looked for, and what there would be if less was asked. */
async function nothingFound(deps: CommandDeps, asked: Asked, result: SearchResult): Promise<Reply> {
  const { all, query, ignored } = asked;
  const near = await Promise.all(
    nearestQueries(query).map(async ({ words, query: wider, isEverywhere }) => {
      const feedIds = isEverywhere ? all.map(({ feedId }) => feedId) : asked.feedIds;
      const { total, isTotalExact } = await deps.search.find(feedIds, wider, { offset: 0, limit: 1 });
      return { words, total, isTotalExact };
    }),
  );
  const some = near.filter(({ total }) => total > 0).slice(0, MOST_NEAREST);
  const where = asked.feedIds.length === 1 ? "the feed" : `the ${String(asked.feedIds.length)} feeds`;
  const body = [
    paragraph(`Nothing in ${where} fits `, code(writtenOut(asked.typed)), "."),
    ...(some.length === 0
      ? []
      : [
          paragraph("There would be:"),
          bulletList(some.map((one) => [`${one.isTotalExact ? "" : "more than "}${String(one.total)} ${one.words}`])),
        ]),
    ...noteLines(ignored, result.stillReading),
  ];
  return done(body, { ...dataOf(asked, result), page: 1, pages: 0, hits: [] });
}

/** One line in the language of the query, however it was asked. */
function writtenOut({ query = "", ...fields }: Asked["typed"]): string {
  const written = Object.entries(fields).map(([name, value]) => `${name}:${/\s/.test(value) ? `"${value}"` : value}`);
  return [query, ...written].filter((part) => part !== "").join(" ");
}

function dataOf({ typed, query, ignored, feedIds }: Asked, result: SearchResult): object {
  const { total, isTotalExact, stillReading } = result;
  return { asked: writtenOut(typed), query, feedIds, ignored, total, isTotalExact, stillReading };
}

function dataOfHit({ hit, row, messageUrl }: ShownHit): object {
  const { title, link, author, source, publishedAt } = hit.entry;
  const { feedId, number, fragment } = hit;
  const entry = { feedId, number, title, url: link, author, source, publishedAt };
  return { ...entry, fragment, state: row?.state ?? null, why: row?.why ?? "", messageUrl };
}
