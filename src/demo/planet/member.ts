/** One post as its author wrote it. */
export interface SamplePost {
  /** Last part of the link, unique within the member. */
  readonly slug: string;
  readonly title: string;
  /** The content, without what the blog's software adds around it. Root-relative links mean the planet's own server. */
  readonly html: string;
  /** Behind a password at first, opened later. */
  readonly locked?: true;
  /** What the author makes of the content a little later. */
  readonly revisedHtml?: string;
}

/** What blog software hangs below every post. */
export type Trapping = "appeared-first" | "share-row" | "comments" | "pixel" | "licence";

/** A person or a team whose blog the planet collects. */
export interface Member {
  /** As the planet writes it in front of the titles. */
  readonly name: string;
  /** First part of the paths of this member's posts. */
  readonly handle: string;
  readonly blog: string;
  readonly trappings: readonly Trapping[];
  readonly posts: readonly SamplePost[];
}
