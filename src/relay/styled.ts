import type { Entry } from "../feed/entry.ts";
import type { FollowSettings } from "../follow/settings.ts";
import { summarize } from "../summary/compose.ts";
import type { Summary } from "../summary/summary.ts";

/** A sentence or two. */
const COMPACT_CHARS = 200;

/**
 * What a channel is told of an entry, in the style it has chosen for the feed. `excerptChars`: how much its platform shows
 * well.
 */
export function summaryInStyle(
  entry: Entry & { readonly entryId: string },
  { style, images }: Pick<FollowSettings, "style" | "images">,
  excerptChars: number,
): Summary {
  switch (style) {
    case "full": {
      const summary = summarize(entry, { excerptChars });
      return images ? summary : { ...summary, image: "" };
    }
    case "compact":
      return {
        ...summarize(entry, { excerptChars: Math.min(COMPACT_CHARS, excerptChars), prose: true }),
        image: "",
      };
    case "title":
      return { ...summarize(entry, { excerptChars: 0 }), image: "" };
  }
}
