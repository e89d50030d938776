/**
 * What happens at one beat of the planet's clock. Every beat publishes at least one post, so that a reader never waits;
 * the quiet changes (`revise`, `open`, `redate`) come along with an ordinary one.
 */
export type Step =
  | "post"
  /** Publishes the post that will be revised. */
  | "post-to-revise"
  /** Publishes a post behind a password. */
  | "post-locked"
  | "revise"
  | "open"
  /** Gives an old post today's date, as blogs do after a move. */
  | "redate"
  /** Publishes `burstPosts` at once: the planet's own fetching had been stuck. */
  | "burst"
  /** A new member, whose old posts appear between those that are already known. */
  | "join";

export const initialPosts = 20;
export const burstPosts = 12;

const programme: readonly Step[] = [
  "post",
  "post-to-revise",
  "post-locked",
  "post",
  "revise",
  "post",
  "open",
  "burst",
  "post",
  "redate",
  "post",
  "join",
];

/** `beat` counts from 0; after the programme every beat is an ordinary post. */
export function stepAt(beat: number): Step {
  return programme[beat] ?? "post";
}
