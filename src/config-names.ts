import { namesToSet } from "./config-table.ts";

/** Something that is set and that nobody reads. */
export interface UnknownVariable {
  readonly name: string;
  /** What was probably meant. */
  readonly meant: string;
}

/** More letters wrong than this is another word. */
const MOST_WRONG = 2;
/** Names that begin so are ours, whatever follows. */
const OURS = ["DISCORD_", "SLACK_", "MATRIX_"];

/**
 * Of the names in an environment those that are no variable of ours and look like one: a letter or two away, or with a platform's
 * name in front. An environment is full of others' variables, so nothing else is taken for ours.
 */
export function unknownVariables(set: readonly string[]): readonly UnknownVariable[] {
  const known = namesToSet();
  return set
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const [nearest] = known
        .map((meant) => ({ name, meant, wrong: lettersWrong(name.toUpperCase(), meant) }))
        .toSorted((a, b) => a.wrong - b.wrong);
      const isOurs = OURS.some((prefix) => name.startsWith(prefix));
      return nearest !== undefined && (nearest.wrong <= MOST_WRONG || isOurs) ? [{ name, meant: nearest.meant }] : [];
    });
}

/** Levenshtein's distance: letters to put in, take out or replace. */
function lettersWrong(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
