import type { Entry, RawEntry } from "./entry.ts";
import { cleanAuthor, foldName } from "./names.ts";
import type { FeedHead } from "./membership.ts";
import { findPlanet, type Planet, type PrefixedTitle, splitTitle } from "./planet.ts";

/** How WordPress marks a title in its languages (`protected_title_format`). */
const protectedMark =
  /^(?:protected|geschützt|passwortgeschützt|protégé|protegido|protetto|beveiligd|zabezpieczony|защищено|защищенная запись|保護中|受保护的|受保護的文章|보호글)\s?[:：]\s+/iu;
/** What the form in place of a protected post contains (WordPress, `get_the_password_form`). */
const passwordForm = ["post-password-form", "action=postpass", "post_password"];

/**
 * Who wrote what: each entry with its author, the title as people know it, and the member blog as `source` where it says more
 * than the author. Pure: the same document and the same known names give the same answer.
 * @param feed helps to tell a planet from a site with topics
 * @param known folded names (`foldName`) seen before in this feed; they help to tell a planet from titles with a colon.
 */
export function understandEntries(
  entries: readonly RawEntry[],
  known: ReadonlySet<string>,
  feed: FeedHead = { title: "", siteUrl: "" },
): Entry[] {
  const planet = findPlanet(entries, known, feed);
  return entries.map((entry) => understand(entry, planet));
}

function understand(entry: RawEntry, planet: Planet | null): Entry {
  const marked = withoutMark(entry.titleRaw);
  const split = planet === null ? null : memberTitle(marked.title, planet);
  const title = withoutMark(split?.rest ?? marked.title);
  const prefix = split === null ? "" : cleanAuthor(split.prefix);
  const author = entry.authorRaw || prefix || entry.sourceRaw;
  return {
    ...entry,
    title: title.title,
    author,
    source: [prefix, entry.sourceRaw].find((name) => name !== "" && foldName(name) !== foldName(author)) ?? "",
    protected: marked.isMarked || title.isMarked || passwordForm.some((part) => entry.html.includes(part)),
  };
}

function memberTitle(title: string, planet: Planet): PrefixedTitle | null {
  const split = splitTitle(title, planet.separator);
  if (split === null) return null;
  return planet.isUniform || planet.members.has(foldName(split.prefix)) ? split : null;
}

function withoutMark(title: string): { readonly title: string; readonly isMarked: boolean } {
  const bare = title.replace(protectedMark, "");
  return { title: bare, isMarked: bare !== title };
}
