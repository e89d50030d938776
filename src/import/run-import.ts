import { setTimeout as sleep } from "node:timers/promises";
import { followFeed, type FollowDeps, type FollowResult } from "../follow/follow-feed.ts";
import { feedName, MOST_NAME_CHARS } from "../follow/feed-name.ts";
import { toSettings } from "../follow/settings.ts";
import type { Logger } from "../logger.ts";
import { feedThatGoesOn } from "../poll/goes-on.ts";
import type { ImportState, ImportStore } from "../store/import-store.ts";
import { countsInWords, type ImportResult, importRows } from "./import-result.ts";
import type { ListedFeed } from "./read-list.ts";
import { settingsInFile } from "./settings-in-file.ts";

export interface ImportDeps {
  readonly imports: ImportStore;
  readonly follow: FollowDeps;
  readonly wake: (channel: string) => Promise<void>;
  readonly log: Logger;
}

/** One request at a time to each host, as always; to so many hosts at once. */
const HOSTS_AT_ONCE = 8;
const MOST_TRIES = 5;
const TRY_AGAIN_MS = 2000;
/** How often it is looked whether somebody has told the end. */
const LOOK_MS = 1000;

/**
 * Carries an import on from wherever it stands, to its end, and sees to it that its end is told. What became of each feed is
 * noted as soon as it is known, so a process that dies has done at most one feed of each host in vain: to follow it once more
 * changes nothing, and what is higher than the follow ids of the beginning came with this import, whoever followed it.
 *
 * Returns after how many ms to come back, null when it is over.
 */
export async function runImport(deps: ImportDeps, channel: string, signal: AbortSignal): Promise<number | null> {
  const { imports } = deps;
  const state = await imports.state(channel);
  if (state === null) return null;
  if (!state.isTold && state.endedAtMs === 0) {
    await followAll(deps, channel, state, signal);
    if (signal.aborted) return 0;
    await imports.end(channel, state.id);
  }
  const waitMs = state.isTold ? -1 : await imports.takeTelling(channel, state.id);
  if (waitMs > 0) return Math.min(waitMs, LOOK_MS);
  if (waitMs === 0) await tellChannel(deps, channel, state);
  await imports.close(channel);
  return null;
}

async function followAll(deps: ImportDeps, channel: string, state: ImportState, signal: AbortSignal): Promise<void> {
  const { imports } = deps;
  const list = (await imports.list(channel)) as readonly ListedFeed[];
  const known = (await imports.results(channel)) as ReadonlyMap<number, ImportResult>;
  const claimed = new Map<string, number>();
  for (const [number, result] of known)
    if (result.kind === "followed" && "feedId" in result) claimed.set(result.feedId, number);
  const run = { channel, state, claimed, signal };
  const lanes = byHost(list.map((feed, number) => ({ feed, number })).filter(({ number }) => !known.has(number)));
  const goOn = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
      for (const { feed, number } of lane) {
        if (signal.aborted || (await isOver(imports, channel, state.id))) return;
        const result = await followOne(deps, run, feed, number);
        if (result !== null) await imports.note(channel, state.id, number, result);
      }
    }
  };
  await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, goOn));
}

interface Numbered {
  readonly feed: ListedFeed;
  readonly number: number;
}

/** In the list's order, as far as that can be. */
function byHost(feeds: readonly Numbered[]): Numbered[][] {
  const lanes = new Map<string, Numbered[]>();
  for (const one of feeds) {
    const { host } = new URL(one.feed.url);
    const lane = lanes.get(host);
    if (lane === undefined) lanes.set(host, [one]);
    else lane.push(one);
  }
  return [...lanes.values()];
}

async function isOver(imports: ImportStore, channel: string, id: string): Promise<boolean> {
  const now = await imports.state(channel);
  return now === null || now.id !== id || now.isStopped;
}

interface Run {
  readonly channel: string;
  readonly state: ImportState;
  /** Which number of the list brought a feed. */
  readonly claimed: Map<string, number>;
  readonly signal: AbortSignal;
}

/** null when the process must stop before anything was learned. */
async function followOne(deps: ImportDeps, run: Run, feed: ListedFeed, number: number): Promise<ImportResult | null> {
  try {
    const known = await withoutAsking(deps, run, feed.url);
    return known ?? (await asResult(deps, run, feed, number, await followPatiently(deps, run, feed)));
  } catch (error) {
    if (run.signal.aborted) return null;
    deps.log.error({ err: error, channel: run.channel, url: feed.url }, "a feed could not be imported");
    return { kind: "refused", reason: "Planetwire failed at it; its log has the details." };
  }
}

/** What is followed here already, and what would be too many, costs nobody a request. */
async function withoutAsking(deps: ImportDeps, run: Run, url: string): Promise<ImportResult | null> {
  const { poll, channels, mostFollows } = deps.follow;
  const follows = await channels.follows(run.channel);
  const named = await poll.feeds.idOf(url);
  const feedId = named === null ? null : await feedThatGoesOn(poll.feeds, named);
  const followId = feedId === null ? undefined : follows.get(feedId);
  if (followId === undefined || feedId === null) return follows.size >= mostFollows ? { kind: "limit" } : null;
  if (Number(followId) > run.state.followsUpTo) return null;
  return { kind: "already", feedId, title: (await poll.feeds.state(feedId))["title"] ?? "" };
}

async function followPatiently(deps: ImportDeps, run: Run, feed: ListedFeed): Promise<FollowResult> {
  const settings = settingsInFile(feed.settings) ?? undefined;
  for (let tries = 1; ; tries += 1) {
    const result = await followFeed(deps.follow, run.channel, feed.url, run.signal, settings);
    const isBusy = result.kind === "refused" && result.isBusy === true;
    if (!isBusy || tries === MOST_TRIES) return result;
    await sleep(TRY_AGAIN_MS, undefined, { signal: run.signal });
  }
}

async function asResult(
  deps: ImportDeps,
  run: Run,
  feed: ListedFeed,
  number: number,
  result: FollowResult,
): Promise<ImportResult> {
  if (result.kind === "refused")
    return result.isLimit === true
      ? { kind: "limit" }
      : { kind: "refused", reason: shortened(result.reason, feed.url) };
  const { feedId, state } = result;
  const title = state.title || state.url;
  const follows = await deps.follow.channels.follows(run.channel);
  if (Number(follows.get(feedId)) <= run.state.followsUpTo) return { kind: "already", feedId, title };
  if ((run.claimed.get(feedId) ?? number) !== number) return { kind: "same", feedId, title };
  run.claimed.set(feedId, number);
  await settle(deps.follow.poll, run.channel, result, feed);
  return { kind: "followed", feedId, title };
}

/** Where it is said, the address stands before it. */
function shortened(reason: string, url: string): string {
  const rest = [`${url} cannot be followed: `, "This feed cannot be followed: "].reduce(
    (text, opening) => (text.startsWith(opening) ? text.slice(opening.length) : text),
    reason,
  );
  return rest.endsWith(".") ? rest.slice(0, -1) : rest;
}

/**
 * What the list says of it: Planetwire's own settings, or the name under which another program knows it. A follow whose second half
 * the sweep has restored after a crash has none of it.
 */
async function settle(
  { feeds }: FollowDeps["poll"],
  channel: string,
  found: { readonly feedId: string; readonly state: { readonly title: string; readonly url: string } },
  listed: ListedFeed,
): Promise<void> {
  const inFile = settingsInFile(listed.settings);
  const name = nameFor(inFile?.title ?? listed.title, found.state);
  if (inFile === null && name === "") return;
  await feeds.followers.change(found.feedId, channel, (before) =>
    JSON.stringify({ ...(inFile ?? toSettings(before)), title: name }),
  );
}

/** "" where it is the feed's own, as it mostly is. */
function nameFor(given: string, { title, url }: { readonly title: string; readonly url: string }): string {
  const name = feedName(given).slice(0, MOST_NAME_CHARS);
  const own = [title, url].map((one) => feedName(one).toLowerCase());
  return own.includes(name.toLowerCase()) || /^https?:/i.test(name) ? "" : name;
}

/** Sent once, however often this runs: the ledger knows the notice by the import's id. */
async function tellChannel(deps: ImportDeps, channel: string, state: ImportState): Promise<void> {
  const { imports, follow, wake } = deps;
  const list = (await imports.list(channel)) as readonly ListedFeed[];
  const results = (await imports.results(channel)) as ReadonlyMap<number, ImportResult>;
  const rows = importRows(list, results);
  const opening = state.isStopped ? "The import was stopped" : "The import is done";
  const text = `${opening}: ${countsInWords(rows)}. “import status” lists every feed.`;
  await follow.channels.announce(channel, `import-${state.id}`, text);
  await wake(channel);
  await imports.told(channel, state.id);
}
