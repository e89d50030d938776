import type { OracleEntry } from "./read.ts";

/** Why a reader might take an entry with a new guid for one that it knows. Content and date count only with a known title. */
export type Doubt = "known link" | "known title" | "same content" | "same date" | "beside its namesake";

/** An entry that must appear. */
export interface Expected {
  readonly entry: OracleEntry;
  /** Index of the first document that holds it; 0 is the one at the follow, of which nothing must appear. */
  readonly state: number;
  readonly doubts: readonly Doubt[];
}

interface Known {
  readonly guids: Set<string>;
  readonly links: Set<string>;
  readonly byTitle: Map<string, OracleEntry[]>;
}

/**
 * The entries of a feed's successive documents that must appear after a follow at the first one: those whose guid no earlier
 * document held. Plain comparison, without mercy for feeds that change their guids: the doubts say where mercy may apply.
 */
export function judge(documents: readonly (readonly OracleEntry[])[]): readonly Expected[] {
  const known: Known = { guids: new Set(), links: new Set(), byTitle: new Map() };
  const expected: Expected[] = [];
  for (const [state, entries] of documents.entries()) {
    for (const entry of state === 0 ? [] : entries) {
      if (known.guids.has(identity(entry))) continue;
      expected.push({ entry, state, doubts: doubtsOf(entry, known, entries) });
      known.guids.add(identity(entry));
    }
    for (const entry of entries) remember(entry, known);
  }
  return expected;
}

/** The guid, or what stands in for it when there is none. */
function identity(entry: OracleEntry): string {
  return entry.guid || entry.link || `${entry.title}\n${entry.content}`;
}

function doubtsOf(entry: OracleEntry, known: Known, document: readonly OracleEntry[]): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const namesakes = known.byTitle.get(entry.title) ?? [];
  if (known.links.has(entry.link)) doubts.push("known link");
  if (namesakes.length > 0) doubts.push("known title");
  if (namesakes.some((other) => other.content === entry.content)) doubts.push("same content");
  if (namesakes.some((other) => other.dateMs !== null && other.dateMs === entry.dateMs)) doubts.push("same date");
  const isBeside = document.some((other) => other.title === entry.title && identity(other) !== identity(entry));
  if (namesakes.length > 0 && isBeside) doubts.push("beside its namesake");
  return doubts;
}

function remember(entry: OracleEntry, known: Known): void {
  known.guids.add(identity(entry));
  if (entry.link !== "") known.links.add(entry.link);
  if (entry.title !== "") known.byTitle.set(entry.title, [...(known.byTitle.get(entry.title) ?? []), entry]);
}
