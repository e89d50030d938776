import { agreement, countBy } from "./agreement.ts";
import type { RawEntry } from "./entry.ts";
import { type FeedHead, mayBeMembers } from "./membership.ts";
import { foldName, nameTokens } from "./names.ts";

/** What planets put between a member's name and a title. */
const separators = [": ", " - ", " – ", " — "] as const;
type Separator = (typeof separators)[number];

/** How a feed marks its members in titles, as its document shows it. */
export interface Planet {
  readonly separator: Separator;
  /** Folded prefixes that recur, or that are known names. */
  readonly members: ReadonlySet<string>;
  /** Nearly every title carries a prefix: then one that was never seen before is a new member. */
  readonly isUniform: boolean;
}

export interface PrefixedTitle {
  readonly prefix: string;
  readonly rest: string;
}

const maxPrefixChars = 60;
const maxPrefixWords = 9;
/** Share of titles with a prefix from which "most" and "nearly every" hold. */
const mostShare = 0.5;
const uniformShare = 0.85;
/** Share of prefixes that must recur or be known; where nearly every title has one, less will do. */
const recurringShare = 0.5;
const uniformRecurringShare = 0.15;
/** Without any known name, fewer titles than this show nothing. */
const minTitles = 3;
/** Share of entries whose prefix and author belong together, where entries name authors. */
const pairedShare = 0.75;

/** Words before a colon or dash that tell what a title is, not who wrote it. */
const nobodyWords = new Set(
  (
    "re aw fw fwd tr wg sv antw protected private geschutzt privat protege prive protegido privado protetto beveiligd update updated " +
    "breaking news announcement announcing ann release released review book film howto how tip tips til psa ps fyi faq poll part " +
    "episode ep day week chapter lesson tutorial video podcast photo link links today tomorrow monday tuesday wednesday thursday " +
    "friday saturday sunday note notes question answer spoiler warning draft edit rfc cve"
  ).split(" "),
);

/** The first prefix of a title that can be a name; null when there is none. A second separator belongs to the title. */
export function splitTitle(title: string, separator: string): PrefixedTitle | null {
  const at = title.indexOf(separator);
  const prefix = title.slice(0, Math.max(0, at)).trim();
  const rest = title.slice(at + separator.length).trim();
  return at > 0 && rest !== "" && canBeName(prefix) ? { prefix, rest } : null;
}

function canBeName(prefix: string): boolean {
  if (prefix.length > maxPrefixChars || prefix.split(" ").length > maxPrefixWords) return false;
  if (!/\p{L}{2}|\p{Lo}/u.test(prefix) || /[+#<>=?[\]{}]|:\/\/|(?:^|\s)www\.|::/.test(prefix)) return false;
  const folded = prefix
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "");
  const [first = "", ...others] = folded.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== "");
  const tellsKind = nobodyWords.has(first) && others.every((word) => nobodyWords.has(word) || /^\d+$/.test(word));
  return !tellsKind && !/^\d+(?:[.:]\d+)*(?:\s|$)/.test(folded);
}

/** Whether the titles of a document show a planet. `known`: folded names seen before in this feed. */
export function findPlanet(entries: readonly RawEntry[], known: ReadonlySet<string>, feed: FeedHead): Planet | null {
  const titled = entries.filter((entry) => entry.titleRaw !== "");
  const authors = new Set(titled.map((entry) => foldName(entry.authorRaw)).filter((name) => name !== ""));
  const names = new Set([...known, ...authors]);
  const found = separators
    .map((separator) => judge(titled, separator, names, feed))
    .filter((verdict) => verdict !== null);
  const best = found.toSorted((a, b) => b.share - a.share)[0];
  return best?.planet ?? null;
}

interface Prefixed extends PrefixedTitle {
  readonly folded: string;
  /** Folded; "" when the entry names nobody. */
  readonly author: string;
  readonly link: string;
}

function judge(
  entries: readonly RawEntry[],
  separator: Separator,
  names: ReadonlySet<string>,
  feed: FeedHead,
): { share: number; planet: Planet } | null {
  const prefixed = entries.flatMap((entry): Prefixed[] => {
    const title = splitTitle(entry.titleRaw, separator);
    return title === null
      ? []
      : [{ ...title, folded: foldName(title.prefix), author: foldName(entry.authorRaw), link: entry.link }];
  });
  const share = prefixed.length / entries.length;
  const counts = countBy(prefixed, (title) => title.folded);
  const members = new Set(
    [...counts].filter(([folded, count]) => count > 1 || names.has(folded)).map(([folded]) => folded),
  );
  const recurring = prefixed.filter((title) => members.has(title.folded)).length;
  const knowsAny = prefixed.some((title) => names.has(title.folded));
  const isUniform = share >= uniformShare;
  const enough = recurring >= prefixed.length * (isUniform ? uniformRecurringShare : recurringShare);
  const shows = share > mostShare && recurring > 0 && enough && (knowsAny || prefixed.length >= minTitles);
  return shows && mayBeMembers(prefixed, feed) && fitsAuthors(prefixed, isUniform)
    ? { share, planet: { separator, members, isUniform } }
    : null;
}

/**
 * Where entries name authors, a prefix names their blog: each author has one, and somewhere it resembles the author. Topics
 * ("Python: …") change from post to post of an author. Where nearly every title has one, it may as well be a blog of many authors.
 */
function fitsAuthors(prefixed: readonly Prefixed[], isUniform: boolean): boolean {
  const signed = prefixed.filter((title) => title.author !== "");
  if (signed.length < prefixed.length / 2) return true;
  const authors = new Set(signed.map((title) => title.author));
  const resembles = signed.some(({ prefix, author }) =>
    nameTokens(prefix).some((token) => token.length > 2 && author.startsWith(token)),
  );
  if (!resembles && (authors.size === 1 || !isUniform)) return false;
  const byAuthor = agreement(
    signed,
    (title) => title.author,
    (title) => title.folded,
  );
  const byPrefix = isUniform
    ? 1
    : agreement(
        signed,
        (title) => title.folded,
        (title) => title.author,
      );
  return Math.min(byAuthor, byPrefix) >= pairedShare;
}
