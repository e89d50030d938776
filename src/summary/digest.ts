import type { Summary } from "./summary.ts";

/** What a digest says of one feed. */
interface Section {
  readonly feed: { readonly title: string; readonly url: string };
  readonly summaries: readonly Summary[];
}

/** Rows of a digest under one heading. */
export interface AuthorRows {
  /** "" for rows without a heading. */
  readonly author: string;
  readonly summaries: readonly Summary[];
}

/**
 * The rows of a section by author, in the order of their first. Those of nobody, or of an author who is called like the feed, need
 * no heading and come first, where nobody takes them for another's; nor does anything in a digest of one who joins.
 */
export function byAuthor({ feed, summaries }: Section, joined: string | undefined): readonly AuthorRows[] {
  const rows = new Map<string, Summary[]>([["", []]]);
  for (const summary of summaries) {
    const author = joined === undefined && summary.author !== feed.title ? summary.author : "";
    const own = rows.get(author);
    if (own === undefined) rows.set(author, [summary]);
    else own.push(summary);
  }
  return [...rows].filter(([, own]) => own.length > 0).map(([author, own]) => ({ author, summaries: own }));
}

/** The first line of a digest. `name` writes the name of a feed or author as the platform does. */
export function digestHead(
  { sections, joined }: { readonly sections: readonly Section[]; readonly joined?: string },
  name: (text: string) => string,
): string {
  const [first] = sections;
  const feed = name(first?.feed.title ?? "");
  if (joined !== undefined) return `${name(joined)} joined ${feed}`;
  const count = sections.reduce((sum, { summaries }) => sum + summaries.length, 0);
  return `${String(count)} new in ${sections.length > 1 ? `${String(sections.length)} feeds` : feed}`;
}
