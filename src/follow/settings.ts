import { type Filter, NO_FILTER } from "./filter.ts";
import { type Mention, toMention } from "./mention.ts";

/** How much is shown of an entry: as much as reads well on the platform; a sentence or two; title, author and link alone. */
export const STYLES = ["full", "compact", "title"] as const;
export type Style = (typeof STYLES)[number];

/** What a channel has decided about one of its feeds. */
export interface FollowSettings {
  readonly filter: Filter;
  readonly style: Style;
  /** Whether posts in full style show their picture. */
  readonly images: boolean;
  /** Whether a message is edited when its entry says something else. */
  readonly edits: boolean;
  /** From so many waiting posts on those of this feed are one message; 0: as everywhere (`DIGEST_FROM`), 1: never. */
  readonly digestFrom: number;
  /** What the channel calls the feed; "": as the feed calls itself. */
  readonly title: string;
  /** Whom its posts call; null for nobody. */
  readonly mention: Mention | null;
}

export const DEFAULT_SETTINGS: FollowSettings = {
  filter: NO_FILTER,
  style: "full",
  images: true,
  edits: true,
  digestFrom: 0,
  title: "",
  mention: null,
};

/** More entries than this never stand in one message. */
const MOST_DIGEST_FROM = 100;

function isDigestFrom(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_DIGEST_FROM;
}

/** What an older version did not write, or a newer one wrote in words unknown here, is as at the beginning. */
export function toSettings(json: string): FollowSettings {
  const stored = { ...DEFAULT_SETTINGS, ...(JSON.parse(json) as Partial<FollowSettings>) };
  const settings = {
    ...stored,
    mention: toMention(stored.mention),
    digestFrom: isDigestFrom(stored.digestFrom) ? stored.digestFrom : DEFAULT_SETTINGS.digestFrom,
  };
  return STYLES.includes(settings.style) ? settings : { ...settings, style: DEFAULT_SETTINGS.style };
}

/** A feed's title in a channel: the channel's own name for it, the feed's, or its address. */
export function shownTitle(
  { title }: Pick<FollowSettings, "title">,
  feed: { readonly title: string; readonly url: string },
): string {
  return title || feed.title || feed.url;
}
