import { type Doubt, type Expected, judge } from "../oracle/judge.ts";
import type { OracleEntry } from "../oracle/read.ts";
import { decodeEntities } from "../oracle/xml.ts";
import type { TranscriptEntry } from "../support/transcript.ts";

/** An expected entry, and whether the transcript has it. */
export interface Decision {
  readonly expected: Expected;
  readonly posted: boolean;
}

export interface Stray {
  readonly kind: "unexpected" | "repeated";
  readonly posted: TranscriptEntry;
  /** What the oracle knows of it. */
  readonly why: string;
}

export interface Comparison {
  readonly decisions: readonly Decision[];
  readonly strays: readonly Stray[];
  /** Pairs of neighbours in the transcript that stand the wrong way round. */
  readonly outOfOrder: readonly (readonly [Expected, Expected])[];
}

/** Holds a transcript against what must have appeared of the documents. */
export function compare(
  documents: readonly (readonly OracleEntry[])[],
  transcript: readonly TranscriptEntry[],
): Comparison {
  const expected = judge(documents);
  const inTranscriptOrder: Expected[] = [];
  const strays: Stray[] = [];
  for (const posted of transcript) {
    const alike = expected
      .filter(({ entry }) => isAlike(entry, posted))
      .toSorted((one, other) => likeness(other.entry, posted) - likeness(one.entry, posted));
    const match = alike.find((candidate) => !inTranscriptOrder.includes(candidate));
    if (match !== undefined) inTranscriptOrder.push(match);
    else
      strays.push(
        alike[0] === undefined
          ? unexpected(posted, documents)
          : { kind: "repeated", posted, why: `of document ${alike[0].state}` },
      );
  }
  const decisions = expected.map((candidate) => ({
    expected: candidate,
    posted: inTranscriptOrder.includes(candidate),
  }));
  return { decisions, strays, outOfOrder: misplaced(inTranscriptOrder, documents) };
}

/**
 * True when a careful reader may take the entry for one that it knows: silence is then a decision, not a loss. Two entries
 * that stand in one document are two, however alike.
 */
export function mayBeSilent({ doubts }: Expected): boolean {
  const proofs: readonly Doubt[] = ["known link", "same content", "same date"];
  return doubts.some((doubt) => proofs.includes(doubt)) && !doubts.includes("beside its namesake");
}

function unexpected(posted: TranscriptEntry, documents: readonly (readonly OracleEntry[])[]): Stray {
  const state = documents.findIndex((entries) => entries.some((entry) => isAlike(entry, posted)));
  return {
    kind: "unexpected",
    posted,
    why: state === -1 ? "in no document" : `its guid is known since document ${state}`,
  };
}

function isAlike(entry: OracleEntry, posted: TranscriptEntry): boolean {
  return likeness(entry, posted) >= (entry.link === "" ? 1 : 2);
}

/** 2 for the link, 1 for the title: of the transcript's titles the author in front may be gone. */
function likeness(entry: OracleEntry, posted: TranscriptEntry): number {
  const sameTitle = bareText(entry.title).endsWith(bareText(posted.title));
  return (plainUrl(entry.link) === plainUrl(posted.url) ? 2 : 0) + (sameTitle ? 1 : 0);
}

function plainUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}

function bareText(title: string): string {
  const text = decodeEntities(decodeEntities(title)).replaceAll(/<[^>]*>/g, "");
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function misplaced(
  posted: readonly Expected[],
  documents: readonly (readonly OracleEntry[])[],
): readonly (readonly [Expected, Expected])[] {
  return posted.flatMap((later, index) => {
    const earlier = posted[index - 1];
    return earlier !== undefined && mustFollow(earlier, later, documents) ? [[earlier, later] as const] : [];
  });
}

/** Whether the first of the two had to come after the second: by document; within one by date, or from its end when a date is missing. */
function mustFollow(one: Expected, other: Expected, documents: readonly (readonly OracleEntry[])[]): boolean {
  if (one.state !== other.state) return one.state > other.state;
  const entries = documents[one.state] ?? [];
  const isDated = one.entry.dateMs !== null && other.entry.dateMs !== null;
  if (isDated) return (one.entry.dateMs ?? 0) > (other.entry.dateMs ?? 0);
  return entries.indexOf(one.entry) < entries.indexOf(other.entry);
}
