import { wrapLine } from "../../adapters/console/wrap.ts";
import { h, pageOf } from "./tree.ts";

const COLUMNS = 92;

/** Texts of posts, as a terminal shows them. */
export function consolePosts(posts: readonly string[], css: string): string {
  return pageOf("Summaries on the console", css, posts.map(post));
}

function post(text: string): ReturnType<typeof h> {
  const [title = [], ...rest] = text.split("\n").map((line) => wrapLine(line, COLUMNS));
  const row = (line: string, selector: string): ReturnType<typeof h> =>
    h("div", h("span.bar", "▌"), " ", h(selector, line));
  return h("pre", ...title.map((line) => row(line, "b")), ...rest.flat().map((line) => row(line, "span")));
}
