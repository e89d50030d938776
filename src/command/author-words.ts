import type { AuthorRow } from "../store/feed-store.ts";
import { duration } from "./time-words.ts";

/** "12 posts, last 3 days ago", by the date that the latest of them bears. */
export function postsOf({ count, last }: AuthorRow, nowMs: number): string {
  const posts = `${String(count)} ${count === 1 ? "post" : "posts"}`;
  const lastMs = Date.parse(last);
  if (Number.isNaN(lastMs)) return posts;
  return `${posts}, last ${lastMs > nowMs ? "dated ahead" : `${duration(nowMs - lastMs)} ago`}`;
}
