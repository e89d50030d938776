import type { FeedPlan, PublishedEntry } from "./farm-feed.ts";

export interface FollowPlan {
  /** A name that the platform of the run makes a channel of. */
  readonly channel: string;
  /** Index of the feed in the plan. */
  readonly feed: number;
  readonly filter?: FilterPlan;
}

export interface FilterPlan {
  readonly by: "authors" | "filter";
  readonly mode: "include" | "exclude";
  readonly values: readonly string[];
}

export interface LabPlan {
  readonly feeds: readonly FeedPlan[];
  readonly follows: readonly FollowPlan[];
  /** All feeds of a channel by one command, for plans of very many. */
  readonly byImport?: true;
}

const plain: FeedPlan = {
  path: "/plain",
  address: "127.0.0.1",
  format: "rss",
  planet: false,
  validators: "etag and date",
  initialEntries: 8,
};
const planet: FeedPlan = { ...plain, path: "/planet", address: "127.0.0.2", planet: true, initialEntries: 12 };

/** Every entry of the first feed goes to two channels and is filtered for a third: each publication makes the same commands. */
export const smallPlan: LabPlan = {
  feeds: [plain, { ...planet, format: "atom" }],
  follows: [
    { channel: "c1", feed: 0 },
    { channel: "c2", feed: 0 },
    { channel: "c3", feed: 0, filter: { by: "filter", mode: "include", values: ["unheard"] } },
    { channel: "c1", feed: 1 },
  ],
};

export const fullPlan: LabPlan = {
  feeds: [
    plain,
    { ...plain, path: "/atom", format: "atom", initialEntries: 5 },
    planet,
    { ...planet, path: "/planet-atom", format: "atom" },
    { ...plain, path: "/empty-at-first", address: "127.0.0.3", initialEntries: 0 },
    { ...plain, path: "/dated", address: "127.0.0.3", format: "atom", validators: "date only", initialEntries: 4 },
    { ...planet, path: "/members", address: "127.0.0.4", copies: ["/plain", "/dated"] },
  ],
  follows: [
    ...[0, 1, 2, 3, 4, 5, 6].map((feed) => ({ channel: "c1", feed })),
    { channel: "c2", feed: 0 },
    { channel: "c2", feed: 2, filter: { by: "authors", mode: "include", values: ["Ada Moss", "Dagny Voss"] } },
    { channel: "c2", feed: 3 },
    { channel: "c3", feed: 1, filter: { by: "filter", mode: "exclude", values: ["zephyr"] } },
    { channel: "c3", feed: 2, filter: { by: "authors", mode: "exclude", values: ["Bruno Keller"] } },
    { channel: "c3", feed: 5 },
    { channel: "c4", feed: 0, filter: { by: "filter", mode: "include", values: ["quartz"] } },
    { channel: "c4", feed: 4 },
    { channel: "c4", feed: 6, filter: { by: "filter", mode: "include", values: ["quartz", "meadow"] } },
    { channel: "c5", feed: 6 },
  ],
};

export function passes(filter: FilterPlan | undefined, entry: PublishedEntry): boolean {
  if (filter === undefined) return true;
  const found =
    filter.by === "authors"
      ? filter.values.includes(entry.author)
      : filter.values.some((word) => entry.words.includes(word));
  return found === (filter.mode === "include");
}
