import { hash } from "node:crypto";
import type { Entry } from "../feed/entry.ts";
import type { FollowSettings } from "../follow/settings.ts";
import { summarize, type SummaryOptions } from "../summary/compose.ts";
import type { Summary } from "../summary/summary.ts";
import { Recent } from "./recent.ts";

/** A sentence or two. */
const COMPACT_CHARS = 200;

type Styled = Entry & { readonly entryId: string };

/** The channels that follow a feed are told of an entry one after the other; a summary takes a few KB. */
const recent = new Recent<Summary>(100);

/** By everything that it is made of, since an entry may change. A copy for each, so that nobody can change another's. */
function summaryOf(entry: Styled, options: SummaryOptions): Summary {
  const key = hash("sha256", JSON.stringify([entry, options]), "base64url");
  return structuredClone(recent.get(key, () => summarize(entry, options)));
}

/** Where an entry is told. */
export interface Told {
  /** How much its platform shows well. */
  readonly excerptChars: number;
  /** IANA name of the channel's time zone. */
  readonly zone: string;
}

/** What a channel is told of an entry, in the style it has chosen for the feed. */
export function summaryInStyle(
  entry: Styled,
  { style, images }: Pick<FollowSettings, "style" | "images">,
  { excerptChars, zone }: Told,
): Summary {
  switch (style) {
    case "full": {
      const summary = summaryOf(entry, { excerptChars, zone });
      return images ? summary : { ...summary, image: "" };
    }
    case "compact":
      return {
        ...summaryOf(entry, { excerptChars: Math.min(COMPACT_CHARS, excerptChars), prose: true, zone }),
        image: "",
      };
    case "title":
      return { ...summaryOf(entry, { excerptChars: 0, zone }), image: "" };
  }
}
