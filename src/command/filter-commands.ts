import type { ChannelFeed } from "../follow/channel-feeds.ts";
import type { Filter, Rules } from "../follow/filter.ts";
import { type FollowSettings, toSettings } from "../follow/settings.ts";
import { foldName, nameMatches } from "../feed/names.ts";
import type { AuthorRow } from "../store/feed-store.ts";
import { postsOf } from "./author-words.ts";
import type { Args, Caller, Command, CommandRow } from "./command.ts";
import { dryRun } from "./dry-run.ts";
import { type CommandDeps, feedOf, isReply, list, text } from "./deps.ts";
import { either, separate } from "./values.ts";
import { bulletList, code, done, paragraph, refused, type Reply, strong } from "./reply.ts";

export const MOST_RULES = 200;
const MOST_LISTED = 30;
const ACTIONS = ["list", "include", "exclude", "clear", "test"];

function filterOptions(what: "names" | "words"): Command["options"] {
  return [
    {
      name: "feed",
      description: "Number, address or words of the title",
      type: "feed",
      required: false,
    },
    {
      name: "action",
      description: "What to do; “test” changes nothing and says what would pass",
      type: "choice",
      required: false,
      choices: ACTIONS,
    },
    {
      name: what,
      description: `The ${what}, with commas between them`,
      type: what === "names" ? "authors" : "words",
      required: false,
    },
  ];
}

export function authorsCommand(deps: CommandDeps): CommandRow {
  return {
    name: "authors",
    description: "Who writes in a feed, and whose posts come here.",
    example: "authors 1 include Ada Lovelace, Grace Hopper",
    permission: "look",
    options: filterOptions("names"),
    run: async (context, args) => await runFilter(deps, context, args, "authors"),
  };
}

export function filterCommand(deps: CommandDeps): CommandRow {
  return {
    name: "filter",
    description: "Which words let a post come here or keep it out.",
    example: 'filter 1 exclude "release candidate", nightly',
    permission: "look",
    options: filterOptions("words"),
    run: async (context, args) => await runFilter(deps, context, args, "words"),
  };
}

async function runFilter(deps: CommandDeps, context: Caller, args: Args, kind: keyof Filter): Promise<Reply> {
  const feed = await feedOf(deps, context, args);
  if (isReply(feed)) return feed;
  const action = text(args, "action") || "list";
  const known =
    kind === "authors"
      ? (await deps.feeds.authors(feed.feedId)).sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
      : [];
  const typed = list(args, kind === "authors" ? "names" : "words");
  if (action === "list" && typed.length > 0)
    return refused(`Say what to do with “${typed.join(" ")}”: include, exclude, clear or test.`);
  if (action === "list") return showRules(feed, kind, known, await deps.nowMs());
  if (action === "test") return await testRules(deps, feed, kind, typed, known);
  if (!context.mayManage) return refused("Only those who manage this channel may change what is posted here.");
  const values = kind === "authors" ? separateNames(typed, known) : separate(typed);
  if (action !== "clear" && values.length === 0)
    return refused(`Say which ${kind}: `, code(`${commandOf(kind)} ${String(feed.number)} ${action} …`));
  const settings = await changeRules(deps, feed.feedId, context.channel, kind, (rules) =>
    withRules(rules, action, values),
  );
  if (settings === null) return refused("This feed was unfollowed meanwhile.");
  if (settings === "too many")
    return refused(`More than ${String(MOST_RULES)} rules for one feed are not possible. Clear some first.`);
  const rules = settings.filter[kind];
  const unknown =
    kind === "authors" && action !== "clear"
      ? values.filter((value) => !known.some((author) => nameMatches(value, author.name)))
      : [];
  const warning =
    unknown.length === 0
      ? []
      : [
          paragraph(
            `Nobody of that name has written in this feed yet: ${unknown.join(", ")}. The rule holds when they do.`,
          ),
        ];
  const tried = await dryRun(deps.feeds, feed, settings.filter);
  return done([paragraph(`${describe(kind, rules)} `, strong(feed.title)), ...warning, ...tried.body], {
    feedId: feed.feedId,
    filter: settings.filter,
    dryRun: tried.data,
  });
}

/** What rules would do, without making them: `test` alone tries those that there are, `test exclude …` what would be added. */
async function testRules(
  deps: CommandDeps,
  feed: ChannelFeed,
  kind: keyof Filter,
  typed: readonly string[],
  known: readonly AuthorRow[],
): Promise<Reply> {
  const [first = "", ...others] = typed.length === 1 ? (typed[0] ?? "").split(/\s+/u) : typed;
  const isSaid = first.toLowerCase() === "include" || first.toLowerCase() === "exclude";
  const action = isSaid ? first.toLowerCase() : "include";
  const words = isSaid ? others : typed;
  const values = kind === "authors" ? separateNames(words, known) : separate(words);
  if (isSaid && values.length === 0)
    return refused(`Say which ${kind} to try: `, code(`${commandOf(kind)} ${String(feed.number)} test ${action} …`));
  const old = feed.settings.filter;
  const filter = { ...old, [kind]: values.length === 0 ? old[kind] : withRules(old[kind], action, values) };
  const tried = await dryRun(deps.feeds, feed, filter);
  const head = paragraph("Nothing was changed. If so: ", `${describe(kind, filter[kind])} `, strong(feed.title));
  return done([head, ...tried.body], { feedId: feed.feedId, filter, dryRun: tried.data });
}

function commandOf(kind: keyof Filter): string {
  return kind === "words" ? "filter" : kind;
}

/** Several people may change the rules at once, and each change counts. null when the feed is no longer followed. */
async function changeRules(
  deps: CommandDeps,
  feedId: string,
  channel: string,
  kind: keyof Filter,
  change: (rules: Rules) => Rules,
): Promise<FollowSettings | "too many" | null> {
  let isTooMany = false;
  const settings = await deps.feeds.followers.change(feedId, channel, (before) => {
    const old = toSettings(before);
    const rules = change(old.filter[kind]);
    isTooMany = rules.include.length + rules.exclude.length > MOST_RULES;
    return isTooMany ? before : JSON.stringify({ ...old, filter: { ...old.filter, [kind]: rules } });
  });
  if (settings === null) return null;
  return isTooMany ? "too many" : toSettings(settings);
}

/** A sentence that the feed's title ends. */
function describe(kind: keyof Filter, rules: Rules): string {
  const by = kind === "authors" ? "by" : "that mention";
  const only = rules.include.length === 0 ? "Every post" : `Only posts ${by} ${either(rules.include)}`;
  const but = rules.exclude.length === 0 ? "" : `, but none ${by} ${either(rules.exclude)},`;
  const verb = rules.include.length === 0 ? "comes" : "come";
  return `${only}${but} ${verb} here from`;
}

/** Those who wrote last come first: they are who is still there. */
function showRules(feed: ChannelFeed, kind: keyof Filter, known: readonly AuthorRow[], nowMs: number): Reply {
  const rules = feed.settings.filter[kind];
  const head = paragraph(`${describe(kind, rules)} `, strong(feed.title));
  if (kind === "words") return done([head], { filter: feed.settings.filter });
  const mark = (author: AuthorRow): string => {
    if (rules.exclude.some((name) => nameMatches(name, author.name))) return " — kept out";
    return rules.include.some((name) => nameMatches(name, author.name)) ? " — included" : "";
  };
  const latestFirst = known.toSorted((a, b) => b.last.localeCompare(a.last));
  const rows = latestFirst
    .slice(0, MOST_LISTED)
    .map((author) => [`${author.name}: ${postsOf(author, nowMs)}${mark(author)}`]);
  const more = known.length > MOST_LISTED ? [paragraph(`and ${String(known.length - MOST_LISTED)} more`)] : [];
  const body = rows.length === 0 ? [paragraph("No author has been seen in it so far.")] : [bulletList(rows), ...more];
  return done([head, ...body], { authors: latestFirst, filter: feed.settings.filter });
}

/** What is on one list is off the other. `clear` without values empties both. Pure. */
export function withRules(rules: Rules, action: string, values: readonly string[]): Rules {
  const folds = new Set(values.map(foldName));
  const without = (all: readonly string[]): string[] => all.filter((value) => !folds.has(foldName(value)));
  if (action === "clear")
    return values.length === 0
      ? { include: [], exclude: [] }
      : { include: without(rules.include), exclude: without(rules.exclude) };
  const include = action === "include" ? [...without(rules.include), ...values] : without(rules.include);
  const exclude = action === "exclude" ? [...without(rules.exclude), ...values] : without(rules.exclude);
  return { include, exclude };
}

/**
 * Names are typed without quotes as often as with: "Ada Lovelace" is one name and "ada grace" are two, which the authors
 * seen so far decide.
 */
function separateNames(typed: readonly string[], known: readonly AuthorRow[]): string[] {
  const parts = separate(typed);
  if (parts.length < 2 || typed.some((word) => word.includes(",") || word.includes(" "))) return parts;
  const isKnown = (name: string): boolean => known.some((author) => nameMatches(name, author.name));
  const joined = parts.join(" ");
  return !isKnown(joined) && parts.every(isKnown) ? parts : [joined];
}
