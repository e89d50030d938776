import type { StoredEntry } from "../feed/entry-record.ts";
import { searchedText } from "./document.ts";
import { tokensOf } from "./tokens.ts";

/** Words of these entries that begin so, as they are written but in lower case; those of the most entries first. */
export function continuationsOf(
  entries: readonly { readonly entry: StoredEntry }[],
  begun: string,
  isTitle: boolean,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { entry } of entries)
    for (const word of wordsThatBegin(entry, begun, isTitle)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, inA], [b, inB]) => inB - inA || a.localeCompare(b)).map(([word]) => word);
}

function wordsThatBegin(entry: StoredEntry, begun: string, isTitle: boolean): ReadonlySet<string> {
  const { title, text } = searchedText(entry);
  const words = (isTitle ? title : `${title} ${text}`).toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
  return new Set(words.filter((word) => beginsSo(word, begun)));
}

function beginsSo(word: string, begun: string): boolean {
  // Most words need no folding.
  if (/^[a-z\d_]+$/.test(word)) return word.startsWith(begun);
  return tokensOf(word)[0]?.startsWith(begun) === true;
}
