/** One word, or several in a row: a phrase. */
export interface Term {
  /** As `tokensOf` gives them; at least one. */
  readonly tokens: readonly string[];
  /** The last token may go on. */
  readonly isPrefix: boolean;
  /** Only in the title. */
  readonly isTitle: boolean;
}

export type SortOrder = "new" | "best";

/** What a person asked for, however it was typed. Plain data: it is sent to the thread that looks it up. */
export interface Query {
  /** Of each group at least one term is in the entry. */
  readonly groups: readonly (readonly Term[])[];
  readonly excluded: readonly Term[];
  /** Names as typed; one of them wrote it. */
  readonly authors: readonly string[];
  readonly excludedAuthors: readonly string[];
  /** Numbers, addresses or words of titles, as typed; `resolveFeeds` makes feeds of them. */
  readonly feeds: readonly string[];
  readonly excludedFeeds: readonly string[];
  /** Inclusive; null for no limit. */
  readonly sinceMs: number | null;
  /** Exclusive. */
  readonly beforeMs: number | null;
  readonly sort: SortOrder;
}

/** What a platform asks in fields of its own. "" or absent: nothing. */
export interface QueryOptions {
  readonly author?: string | readonly string[];
  readonly feed?: string | readonly string[];
  readonly since?: string;
  readonly before?: string;
  readonly sort?: string;
  /** The last word is not finished yet: what begins with it is found, too. */
  readonly isTyping?: boolean;
}

export interface ParsedQuery {
  readonly query: Query;
  /** What was left out and why, a sentence for a person each. */
  readonly ignored: readonly string[];
}

/** Nothing was asked: every entry fits, the newest first. */
export function isEmptyQuery(query: Query): boolean {
  const { groups, authors, feeds, sinceMs, beforeMs } = query;
  return groups.length + authors.length + feeds.length === 0 && sinceMs === null && beforeMs === null;
}
