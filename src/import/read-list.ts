import { decodeDocument } from "../feed/parse/decode.ts";
import { findRoot } from "../feed/parse/root.ts";
import { createPause } from "../pause.ts";
import { addressesOf, toAddress } from "./addresses.ts";
import { MOST_FEEDS, MOST_LIST_BYTES, MOST_TITLE_CHARS, SETTINGS_ATTRIBUTE } from "./list-limits.ts";
import { type Outline, outlinesOf } from "./outlines.ts";

/** A feed that a list names. */
export interface ListedFeed {
  readonly url: string;
  /** As the list calls it; "" where it does not. */
  readonly title: string;
  /** Planetwire's own settings as they were exported; "" where there are none. From a file that anybody may have written. */
  readonly settings: string;
}

export interface FeedList {
  readonly kind: "list";
  readonly feeds: readonly ListedFeed[];
  readonly leftOut: LeftOut;
}

/** What a list has besides feeds, counted. */
export interface LeftOut {
  /** Outlines with others in them: a channel has no folders. */
  readonly folders: number;
  readonly duplicates: number;
  /** Other lists that this one refers to. */
  readonly includes: number;
  /** Outlines, or lines, that name no feed. */
  readonly unusable: number;
  /** Feeds behind the `MOST_FEEDS`th. */
  readonly beyond: number;
}

export type ReadList =
  | FeedList
  | {
      readonly kind: "none";
      /** For a person. */
      readonly reason: string;
      readonly isFeed: boolean;
    };

/** Reads a list of feeds: OPML of any version and any quality, or addresses, one a line. Never throws. */
export function readList(bytes: Buffer, contentType: string): ReadList {
  const reading = piecewise(bytes, contentType);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** The same, while others work in between: the largest list takes some tenths of a second. */
export async function readLongList(bytes: Buffer, contentType: string): Promise<ReadList> {
  const pause = createPause();
  const reading = piecewise(bytes, contentType);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

function* piecewise(bytes: Buffer, contentType: string): Generator<void, ReadList> {
  if (bytes.length > MOST_LIST_BYTES) return none(TOO_LARGE);
  const text = decodeDocument(bytes, contentType);
  const root = findRoot(text);
  const isOpml = (root.kind === "other" && root.name.toLowerCase() === "opml") || /<outline[\s/]/i.test(text);
  if (isOpml) return yield* fromOpml(text);
  if (root.kind === "rss" || root.kind === "atom" || root.kind === "rdf")
    return { kind: "none", reason: A_FEED, isFeed: true };
  if (root.kind === "html") return none(A_PAGE);
  // Some write addresses in angle brackets.
  const isTag = root.kind === "other" && !/^https?:?$/i.test(root.name);
  return root.kind === "json" || isTag ? none(NEITHER) : yield* fromLines(text);
}

export const TOO_LARGE = "It is larger than 2 MB: take a smaller one, or split it.";
const A_FEED = "It is a feed itself, and no list of feeds: follow its address with “follow”.";
const A_PAGE = "It is a web page, and no list of feeds. The address of the OPML file itself is needed.";
const NEITHER = "It is neither OPML nor a list of addresses, one a line.";
const EMPTY = "It names no feed: no outline in it has an address (xmlUrl).";

function none(reason: string): ReadList {
  return { kind: "none", reason, isFeed: false };
}

function* fromOpml(text: string): Generator<void, ReadList> {
  const gathering = new Gathering();
  for (const outline of outlinesOf(text)) {
    gathering.add(outline);
    yield;
  }
  const list = gathering.list();
  if (list.feeds.length > 0) return list;
  return none(
    list.leftOut.includes > 0
      ? `${EMPTY} It only refers to other lists, which are not followed: import those themselves.`
      : EMPTY,
  );
}

/** Some lines may be something else, as a heading; where most are, it is a text of another kind. */
function* fromLines(text: string): Generator<void, ReadList> {
  const lines = text.split(/[\r\n]+/).filter((line) => !/^[\s\ufeff]*(?:#.*)?$/.test(line));
  const gathering = new Gathering();
  for (const line of lines) {
    const found = addressesOf(line);
    if (found.length === 0) gathering.unusable += 1;
    for (const url of found) gathering.take({ url, title: "", settings: "" });
    yield;
  }
  const list = gathering.list();
  if (lines.length === 0) return none("It is empty.");
  return list.feeds.length === 0 || list.leftOut.unusable * 2 > lines.length ? none(NEITHER) : list;
}

class Gathering {
  readonly #feeds = new Map<string, ListedFeed>();
  #folders = 0;
  #duplicates = 0;
  #includes = 0;
  #beyond = 0;
  unusable = 0;

  add({ attributes, isLeaf }: Outline): void {
    const read = (name: string): string => attributes.get(name) ?? "";
    const type = read("type").toLowerCase();
    if (read("iscomment").toLowerCase() === "true") return;
    const written = read("xmlurl") || (FEED_TYPES.has(type) ? read("url") : "");
    const url = toAddress(written);
    if (url !== null) {
      const title = (read("title") || read("text")).slice(0, MOST_TITLE_CHARS);
      this.take({ url, title, settings: read(SETTINGS_ATTRIBUTE) });
    } else if (written !== "") this.unusable += 1;
    else if (type === "include" || /\.opml$/i.test(read("url"))) this.#includes += 1;
    else if (isLeaf) this.unusable += 1;
    else this.#folders += 1;
  }

  take(feed: ListedFeed): void {
    const key = feed.url.replace(/^http:/, "https:");
    if (this.#feeds.has(key)) this.#duplicates += 1;
    else if (this.#feeds.size >= MOST_FEEDS) this.#beyond += 1;
    else this.#feeds.set(key, feed);
  }

  list(): FeedList {
    const leftOut = {
      folders: this.#folders,
      duplicates: this.#duplicates,
      includes: this.#includes,
      unusable: this.unusable,
      beyond: this.#beyond,
    };
    return { kind: "list", feeds: [...this.#feeds.values()], leftOut };
  }
}

/** OPML 1.0 says nothing of feeds; some programs wrote the address as that of a link. */
const FEED_TYPES: ReadonlySet<string> = new Set(["rss", "atom", "feed", "rss1", "rss2", "rdf"]);
