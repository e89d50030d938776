import type { DraftPace } from "./pace.ts";

/** What a document says of an entry, in its own words: fields as found, before any is chosen, resolved or cut. */
export interface DraftEntry {
  readonly guid: string;
  /** False for `isPermaLink="false"`: then the guid is no address even where it looks like one. */
  readonly guidIsLink: boolean;
  /** `xml:base` of the entry, or "". */
  readonly base: string;
  readonly links: readonly DraftLink[];
  readonly title: DraftText;
  readonly authors: DraftPeople;
  readonly source: string;
  readonly published: readonly string[];
  readonly updated: readonly string[];
  readonly contents: readonly DraftText[];
  /** Images that the feed names itself, best first. */
  readonly images: readonly DraftImage[];
}

/** People as written: a group for each kind of element that names them, in order of trust. */
export type DraftPeople = readonly (readonly string[])[];

export interface DraftLink {
  readonly href: string;
  /** "alternate" where none is given. */
  readonly rel: string;
  readonly type: string;
}

export interface DraftImage {
  readonly url: string;
  /** What the feed says that it shows, or "". */
  readonly alt: string;
}

export interface DraftText {
  readonly value: string;
  readonly markup: "text" | "html";
  /** `xml:base` of the element, or "". */
  readonly base: string;
}

export interface DraftFeed {
  readonly title: DraftText;
  readonly base: string;
  readonly links: readonly DraftLink[];
  /** Authors whom entries without one inherit (Atom, JSON Feed). */
  readonly authors: DraftPeople;
  readonly pace: DraftPace;
  readonly entries: readonly DraftEntry[];
}
