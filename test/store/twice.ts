import type { ChannelStore } from "../../src/store/channel-store.ts";
import type { ImportStore } from "../../src/store/import-store.ts";
import type { FeedStore } from "../../src/store/feed-store.ts";

/** Where a script runs. */
export interface Place {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly imports: ImportStore;
  readonly feedId: string;
  readonly channel: string;
}

export type Act = (place: Place) => Promise<unknown>;

/** A script, and what is there before it runs. */
export interface Row {
  readonly script: string;
  readonly before: readonly Act[];
  readonly act: Act;
}
