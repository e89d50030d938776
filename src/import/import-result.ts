import type { ListedFeed } from "./read-list.ts";

/** What became of one feed of a list. */
export type ImportResult =
  | { readonly kind: "followed" | "already"; readonly feedId: string; readonly title: string }
  /** It turned out to be the same feed as another of the list. */
  | { readonly kind: "same"; readonly feedId: string; readonly title: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** The channel follows as many feeds as it may. */
  | { readonly kind: "limit" };

export type ResultKind = ImportResult["kind"] | "left";

/** A feed of the list with what became of it; `left` when nothing did, because the import was stopped or still runs. */
export interface ImportRow {
  readonly url: string;
  /** The feed's own where it is known, else the list's. */
  readonly title: string;
  readonly kind: ResultKind;
  /** Why it was refused; "" otherwise. */
  readonly reason: string;
}

export function importRows(list: readonly ListedFeed[], results: ReadonlyMap<number, ImportResult>): ImportRow[] {
  return list.map(({ url, title }, number) => {
    const result = results.get(number);
    if (result === undefined) return { url, title, kind: "left", reason: "" };
    return {
      url,
      title: "title" in result ? result.title : title,
      kind: result.kind,
      reason: result.kind === "refused" ? result.reason : "",
    };
  });
}

export function countKinds(rows: readonly ImportRow[]): Readonly<Record<ResultKind, number>> {
  const counts = { followed: 0, already: 0, same: 0, refused: 0, limit: 0, left: 0 };
  for (const { kind } of rows) counts[kind] += 1;
  return counts;
}

/** "7 followed, 2 followed before, 1 refused". */
export function countsInWords(rows: readonly ImportRow[]): string {
  const counts = countKinds(rows);
  const parts = KINDS_IN_WORDS.filter(([kind]) => counts[kind] > 0);
  return parts.map(([kind, words]) => `${String(counts[kind])} ${words}`).join(", ") || "nothing";
}

const KINDS_IN_WORDS: readonly (readonly [ResultKind, string])[] = [
  ["followed", "followed"],
  ["already", "followed before"],
  ["same", "twice in the list"],
  ["refused", "cannot be followed"],
  ["limit", "over the limit of this channel"],
  ["left", "not tried"],
];
