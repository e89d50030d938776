import { fromRecord, type StoredEntry } from "../feed/entry-record.ts";
import { keysOfAddress } from "../feed/identity.ts";
import { nameTokens } from "../feed/names.ts";
import type { ChannelFeed } from "../follow/channel-feeds.ts";
import { createPause } from "../pause.ts";
import { entryId, toItem } from "../relay/item.ts";
import type { KeptEntry } from "../store/entry-store.ts";
import type { CommandDeps } from "./deps.ts";

/** An entry of one of the channel's feeds. */
export interface FoundEntry {
  readonly id: string;
  readonly feed: ChannelFeed;
  readonly number: number;
  /** 0 where its record is not kept any more. */
  readonly firstSeenMs: number;
  readonly keys: readonly string[];
  /** By which a command means this entry and no other: its link where that alone was meant, else its id. */
  readonly handle: string;
  /** null where its record is not kept any more. */
  readonly entry: StoredEntry | null;
}

export interface Finding {
  /** What fits, best first. */
  readonly found: readonly FoundEntry[];
  /** Where nothing fits: titles that share a word with what was asked, best first. */
  readonly near: readonly FoundEntry[];
  /** The address that was asked for; "" where words were. */
  readonly address: string;
}

type Deps = Pick<CommandDeps, "entries" | "ledger">;

/** So many records are read in search of words, over all feeds and of each at most: a record may be 20 KB. */
const MOST_READ = 2000;
const MOST_READ_OF_FEED = 300;
const LEAST_READ_OF_FEED = 20;
const READ_AT_ONCE = 50;
/** So many rows of the ledger are looked through for the link of a message. */
const MOST_ROWS = 2000;
const MOST_FOUND = 5;
const SHORTEST_WORD = 3;
/** Longer titles are compared by their beginning: names are folded to this length. */
const FOLDED_CHARS = 150;

/** Finds what a person means by a link of an entry or of its message, by an entry's id, or by words of a title. */
export async function findEntries(
  deps: Deps,
  channel: string,
  feeds: readonly ChannelFeed[],
  wanted: string,
): Promise<Finding> {
  const byId = await findById(deps, feeds, wanted);
  if (byId.length > 0) return { found: byId, near: [], address: "" };
  const finding = await findOthers(deps, channel, feeds, wanted);
  return finding.found.length === 1 ? { ...finding, found: finding.found.map(byLink) } : finding;
}

/** Several feeds may have a post under one link, so of several it tells nobody which. */
function byLink(found: FoundEntry): FoundEntry {
  const address = found.entry?.link ?? "";
  return address === "" || /\s/.test(address) ? found : { ...found, handle: address };
}

async function findOthers(
  deps: Deps,
  channel: string,
  feeds: readonly ChannelFeed[],
  wanted: string,
): Promise<Finding> {
  const address = addressIn(wanted);
  if (address === "") return { ...(await findByWords(deps, feeds, wanted)), address };
  const seen = await findByLink(deps, feeds, address);
  const found = seen.length > 0 ? seen : await findByMessage(deps, channel, feeds, address);
  if (found.length > 0) return { found, near: [], address };
  const { near } = await findByWords(deps, feeds, wordsOfAddress(address));
  return { found: [], near, address };
}

/** The address that was typed, with its scheme; "" when these are words. */
export function addressIn(wanted: string): string {
  const text = wanted.trim().replace(/^<(.*)>$/, "$1");
  if (/^https?:\/\/\S+$/i.test(text)) return text;
  return /^[\w-]+(?:\.[\w-]+)+\/\S*$/.test(text) ? `https://${text}` : "";
}

function wordsOfAddress(address: string): string {
  const path = URL.canParse(address) ? new URL(address).pathname : address;
  return path.replaceAll(/[^\p{L}\p{N}]+|html?$/gu, " ");
}

async function findById(deps: Deps, feeds: readonly ChannelFeed[], wanted: string): Promise<FoundEntry[]> {
  const item = toItem(wanted.trim());
  const feed = item.kind === "entry" ? feeds.find(({ feedId }) => feedId === item.feedId) : undefined;
  if (feed === undefined || item.kind !== "entry" || !Number.isSafeInteger(item.number)) return [];
  return await load(deps, feed, [item.number]);
}

async function findByLink(deps: Deps, feeds: readonly ChannelFeed[], address: string): Promise<FoundEntry[]> {
  const keys = keysOfAddress(address);
  const found = await Promise.all(
    feeds.map(async (feed) => {
      const known = await deps.entries.known(feed.feedId, keys);
      const numbers = [...new Set(known.map(({ number }) => number))];
      // A link that several entries share names the last of them; the others are among the newest, or not worth more.
      const others = known.some(({ isDoubtful }) => isDoubtful) ? await withKeys(deps, feed, keys) : [];
      return await load(deps, feed, [...new Set([...numbers, ...others])]);
    }),
  );
  return newestFirst(found.flat()).slice(0, MOST_FOUND);
}

async function withKeys(deps: Deps, feed: ChannelFeed, keys: readonly string[]): Promise<number[]> {
  const newest = await deps.entries.newest(feed.feedId, READ_AT_ONCE);
  return newest.filter((entry) => entry.keys.some((key) => keys.includes(key))).map(({ number }) => number);
}

/** The references of messages stand in their links on every platform, though other signs divide them there. */
async function findByMessage(
  deps: Deps,
  channel: string,
  feeds: readonly ChannelFeed[],
  address: string,
): Promise<FoundEntry[]> {
  const link = bare(safelyDecoded(address));
  const rows = await deps.ledger.newest(channel, MOST_ROWS);
  const posted = rows.filter(({ ref = "" }) => bare(ref).length > 8 && link.includes(bare(ref)));
  const found = await Promise.all(posted.map(async ({ id }) => await findById(deps, feeds, id)));
  return found.flat().slice(0, MOST_FOUND);
}

function bare(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, "");
}

function safelyDecoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

async function findByWords(
  deps: Deps,
  feeds: readonly ChannelFeed[],
  wanted: string,
): Promise<Pick<Finding, "found" | "near">> {
  const words = [...new Set(tokensOf(wanted))];
  if (words.length === 0) return { found: [], near: [] };
  const phrase = tokensOf(wanted).join(" ");
  const telling = words.filter((word) => word.length >= SHORTEST_WORD);
  const full: (readonly [score: number, found: FoundEntry])[] = [];
  const partial: (readonly [score: number, found: FoundEntry])[] = [];
  const most = Math.max(LEAST_READ_OF_FEED, Math.min(MOST_READ_OF_FEED, Math.floor(MOST_READ / feeds.length)));
  for (const feed of feeds) {
    await eachNewest(deps, feed, most, (found) => {
      const title = tokensOf(`${found.entry?.titleRaw ?? ""} ${found.entry?.title ?? ""}`);
      if (words.every((word) => title.includes(word)))
        full.push([tokensOf(found.entry?.title ?? "").join(" ") === phrase ? 2 : 1, found]);
      const shared = telling.filter((word) => title.includes(word)).length;
      if (shared > 0) partial.push([shared, found]);
    });
  }
  return { found: best(full), near: full.length > 0 ? [] : best(partial) };
}

function best(scored: readonly (readonly [score: number, found: FoundEntry])[]): FoundEntry[] {
  return scored
    .toSorted(([a, one], [b, other]) => b - a || other.firstSeenMs - one.firstSeenMs || other.number - one.number)
    .slice(0, MOST_FOUND)
    .map(([, found]) => found);
}

function tokensOf(text: string): readonly string[] {
  return nameTokens(text.slice(0, FOLDED_CHARS));
}

async function eachNewest(
  deps: Deps,
  feed: ChannelFeed,
  most: number,
  see: (found: FoundEntry) => void,
): Promise<void> {
  const pause = createPause();
  const last = Number(feed.state.stored["seq"] ?? 0);
  for (let from = last; from > Math.max(0, last - most); from -= READ_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(READ_AT_ONCE, from) }, (_, i) => from - i);
    const kept = await deps.entries.kept(feed.feedId, numbers);
    if (kept.length === 0) return;
    for (const one of kept) {
      see(toFound(feed, one));
      await pause();
    }
  }
}

/** Also those whose records are gone: of them it is known that they were seen. */
async function load(deps: Deps, feed: ChannelFeed, numbers: readonly number[]): Promise<FoundEntry[]> {
  const kept = await deps.entries.kept(feed.feedId, numbers);
  const last = Number(feed.state.stored["seq"] ?? 0);
  return numbers
    .filter((number) => number >= 1 && number <= last)
    .map((number) => {
      const one = kept.find((entry) => entry.number === number);
      if (one !== undefined) return toFound(feed, one);
      const id = entryId(feed.feedId, number);
      return { id, feed, number, firstSeenMs: 0, keys: [], handle: id, entry: null };
    });
}

function toFound(feed: ChannelFeed, { number, firstSeenMs, keys, record }: KeptEntry): FoundEntry {
  const id = entryId(feed.feedId, number);
  return { id, feed, number, firstSeenMs, keys, handle: id, entry: fromRecord(record) };
}

function newestFirst(found: readonly FoundEntry[]): FoundEntry[] {
  return found.toSorted((a, b) => b.firstSeenMs - a.firstSeenMs || b.number - a.number);
}
