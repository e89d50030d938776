import type { Batch, FeedNumbers, FeedRow } from "./feed-row.ts";
import type { Found, Page } from "./index-find.ts";
import type { Query } from "./query.ts";

/** What the thread is started with. */
export interface ThreadOptions {
  /** Where the index lies. */
  readonly folder: string;
  readonly installation: string;
}

/** What the thread is asked for, and what it answers. */
export interface Tasks {
  /** What is found in the index as it is, and how far that is: where each feed stands, in the order given. */
  find: {
    readonly task: { readonly feedIds: readonly string[]; readonly query: Query; readonly page: Page };
    readonly answer: { readonly rows: readonly (FeedRow | null)[]; readonly found: Found };
  };
  /** The same without looking for anything. What Redis keeps no more is removed first. */
  rows: {
    readonly task: { readonly feeds: readonly FeedNumbers[] };
    readonly answer: readonly (FeedRow | null)[];
  };
  apply: { readonly task: Batch; readonly answer: FeedRow | null };
  drop: { readonly task: { readonly feedId: string }; readonly answer: null };
  /** A step towards an index of one piece; whether there is another to do. */
  merge: { readonly task: null; readonly answer: boolean };
  /** Feeds in which nobody looked since then. */
  unused: { readonly task: { readonly sinceMs: number }; readonly answer: readonly string[] };
}

export type TaskName = keyof Tasks;

export interface Request {
  readonly id: number;
  readonly name: TaskName;
  readonly task: Tasks[TaskName]["task"];
}

export type Message =
  | { readonly kind: "answer"; readonly id: number; readonly answer: Tasks[TaskName]["answer"] }
  | { readonly kind: "failure"; readonly id: number; readonly reason: string }
  /** Something for the log. */
  | { readonly kind: "event"; readonly event: "made-anew" | "in-memory"; readonly reason: string };
