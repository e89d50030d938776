import type { Root } from "mdast";

/** What is said of one entry, free of any platform. */
export interface Summary {
  readonly entryId: string;
  readonly title: string;
  readonly url: string;
  readonly author: string;
  readonly source: string;
  readonly publishedAt: string | null;
  /** The same for people, in the channel's time zone: "2026-05-12 11:24 CEST"; "" without a date. */
  readonly publishedText: string;
  readonly excerpt: Root;
  /** Absolute URL of one picture; "" when there is none. */
  readonly image: string;
  /** What the picture shows, for those who cannot see it; "" when nobody said so. */
  readonly imageAlt: string;
  readonly protected: boolean;
  /** Whole minutes to read the post; 0 when it is short. */
  readonly minutes: number;
}
