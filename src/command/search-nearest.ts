import type { Query, Term } from "../search/query.ts";

/** A question that asks for less. */
export interface Nearest {
  /** What is different, such as “without the author”. */
  readonly words: string;
  readonly query: Query;
  /** In every feed of the channel. */
  readonly isEverywhere: boolean;
}

const MOST = 6;

/** What somebody who found nothing may have meant, the likeliest first. Pure. */
export function nearestQueries(query: Query): readonly Nearest[] {
  const changed = (words: string, changes: Partial<Query>, isEverywhere = false): Nearest => ({
    words,
    query: { ...query, ...changes },
    isEverywhere,
  });
  const { groups } = query;
  const isShort = groups.length < 2;
  const all = [
    ...(query.authors.length > 0 ? [changed(`by anyone, not only ${query.authors.join(", ")}`, { authors: [] })] : []),
    ...(query.feeds.length > 0 ? [changed("in all feeds of this channel", { feeds: [] }, true)] : []),
    ...(query.sinceMs !== null || query.beforeMs !== null
      ? [changed("at any time", { sinceMs: null, beforeMs: null })]
      : []),
    ...(query.excluded.length + query.excludedAuthors.length > 0
      ? [changed("with what you left out", { excluded: [], excludedAuthors: [] })]
      : []),
    ...(groups.flat().some(({ isTitle }) => isTitle)
      ? [changed("anywhere, not only in titles", { groups: groups.map(anywhere) })]
      : []),
    ...(groups.flat().some(({ isPrefix }) => !isPrefix)
      ? [changed("with words that only begin so", { groups: groups.map(begun) })]
      : []),
    ...(isShort
      ? []
      : groups.map((group, i) => changed(`without ${written(group)}`, { groups: groups.filter((_, k) => k !== i) }))),
  ];
  return all.slice(0, MOST);
}

function anywhere(group: readonly Term[]): readonly Term[] {
  return group.map((term) => ({ ...term, isTitle: false }));
}

function begun(group: readonly Term[]): readonly Term[] {
  return group.map((term) => ({ ...term, isPrefix: true }));
}

function written(group: readonly Term[]): string {
  return group.map(({ tokens }) => `“${tokens.join(" ")}”`).join(" or ");
}
