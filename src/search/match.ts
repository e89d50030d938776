import { authorTag } from "./document.ts";
import type { Query, Term } from "./query.ts";

const WORDS = "{title text names}";
const TITLE = "{title}";
const TAGS = "{tags}";

/**
 * The query in FTS5's language; "" when every entry fits. Only tokens get into it, quoted: they hold letters, digits, marks and `_`.
 * @param feedTags of the feeds to look in, at least one
 * @param isAll there are no others, so that nothing is gained by saying so
 */
export function matchOf(query: Query, feedTags: readonly string[], isAll: boolean): string {
  const unwanted = [...query.excluded.map(termOf), ...query.excludedAuthors.map((name) => tagged([authorTag(name)]))];
  const wanted = [
    ...query.groups.map((group) => anyOf(group.map(termOf))),
    ...(query.authors.length === 0 ? [] : [tagged(query.authors.map(authorTag))]),
  ];
  // There is no NOT without something before it.
  if (!isAll || (wanted.length === 0 && unwanted.length > 0)) wanted.push(tagged(feedTags));
  const all = wanted.join(" AND ");
  return unwanted.length === 0 ? all : `(${all}) NOT ${anyOf(unwanted)}`;
}

export function feedTag(feedRow: number): string {
  return `f_${String(feedRow)}`;
}

function termOf({ tokens, isPrefix, isTitle }: Term): string {
  return `${isTitle ? TITLE : WORDS} : "${tokens.join(" ")}"${isPrefix ? " *" : ""}`;
}

function tagged(tags: readonly string[]): string {
  return `${TAGS} : ${anyOf(tags.map((tag) => `"${tag}"`))}`;
}

function anyOf(parts: readonly string[]): string {
  return `(${parts.join(" OR ")})`;
}
