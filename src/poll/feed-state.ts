import type { SkipTimes } from "../feed/entry.ts";
import type { Validators } from "../feed/fetch/outcome.ts";
import type { FeedFields } from "../store/feed-store.ts";
import { type MoveEvidence, toMoveEvidence } from "./moved.ts";
import type { Rhythm } from "./rhythm.ts";

/** What is known of a feed besides its entries. Times are Redis time in ms, 0 for never. */
export interface FeedState extends Rhythm, MoveEvidence {
  /** As it was read, field by field. */
  readonly stored: FeedFields;
  readonly url: string;
  /** Where it was before it moved for good; "" when it never did. */
  readonly formerUrl: string;
  readonly title: string;
  readonly siteUrl: string;
  readonly validators: Validators;
  readonly bodyHash: string;
  /** The reading version that the validators belong to. */
  readonly readingVersion: number;
  /** It was read whole at least once: from then on unseen entries are news. */
  readonly read: boolean;
  readonly lastOkAtMs: number;
  readonly intervalMs: number;
  readonly failures: number;
  readonly failingSinceMs: number;
  readonly failure: string;
  /** Why it is not read any more: its publisher says that it is gone for good, or it failed for too long. "" while it is read. */
  readonly stopped: "" | "gone" | "failing";
  /** The beginning of the failing period that its channels have been told of; 0 for none. */
  readonly toldSinceMs: number;
  readonly resumedAtMs: number;
  /** The last polls: `pollRuns` reads it. */
  readonly history: string;
  /** The feed that this one goes on as: its followers are on their way there. "" for none. */
  readonly mergedInto: string;
  /** It is not read any more: only a merge still records in it. */
  readonly isClosed: boolean;
  /** The document's own ttl; null when it has none. */
  readonly ttlMs: number | null;
  readonly skip: SkipTimes;
}

export function toFeedState(fields: FeedFields): FeedState | null {
  const { url } = fields;
  if (url === undefined) return null;
  const number = (name: string): number => Number(fields[name] ?? 0);
  return {
    stored: fields,
    url,
    formerUrl: fields["formerUrl"] ?? "",
    title: fields["title"] ?? "",
    siteUrl: fields["siteUrl"] ?? "",
    validators: { etag: fields["etag"] || null, lastModified: fields["lastModified"] || null },
    bodyHash: fields["bodyHash"] ?? "",
    readingVersion: number("readingVersion"),
    read: fields["read"] === "1",
    lastOkAtMs: number("lastOkAtMs"),
    intervalMs: number("intervalMs"),
    failures: number("failures"),
    failingSinceMs: number("failingSinceMs"),
    failure: fields["failure"] ?? "",
    stopped: toStopped(fields),
    toldSinceMs: number("toldSinceMs"),
    resumedAtMs: number("resumedAtMs"),
    history: fields["log"] ?? "",
    mergedInto: fields["mergedInto"] ?? "",
    isClosed: (fields["mergeRound"] ?? "") !== "",
    ttlMs: fields["ttlMs"] ? Number(fields["ttlMs"]) : null,
    skip: { hours: numbers(fields["skipHours"]), days: numbers(fields["skipDays"]) },
    gapMs: fields["gapMs"] ? Number(fields["gapMs"]) : null,
    newsAtMs: number("newsAtMs"),
    ...toMoveEvidence(fields),
  };
}

/** Older versions knew `gone` alone. */
function toStopped(fields: FeedFields): FeedState["stopped"] {
  if (fields["stopped"] === "gone" || fields["gone"] === "1") return "gone";
  return fields["stopped"] === "failing" ? "failing" : "";
}

function numbers(list = ""): number[] {
  return list === "" ? [] : list.split(",").map(Number);
}

/** What a document says of when to ask again, as it is stored. */
export function pacingFields(skip: SkipTimes, rhythm: Rhythm): FeedFields {
  return {
    skipHours: skip.hours.join(","),
    skipDays: skip.days.join(","),
    gapMs: rhythm.gapMs === null ? "" : String(rhythm.gapMs),
    newsAtMs: String(rhythm.newsAtMs),
  };
}
