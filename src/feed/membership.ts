import { agreement } from "./agreement.ts";
import type { FeedDocument } from "./entry.ts";

/** What a document says of itself; "" for what it does not say. */
export type FeedHead = Pick<FeedDocument, "title" | "siteUrl">;

/** An entry whose title begins with what may be the name of a planet's member. */
export interface Claim {
  readonly prefix: string;
  /** Of the entry's page; "" when there is none. */
  readonly link: string;
}

/** Share of entries from which "nearly all" holds. */
const nearlyAllShare = 0.75;

/**
 * Whether the prefixes of a document can be the names of members. Those of a planet write elsewhere, each in one place; the
 * topics of a site ("Elections: …") stand before pages of its own. There only what is written like a person's name counts,
 * and on what calls itself a planet a single word, too. Where neither title nor links tell, it may be a planet.
 */
export function mayBeMembers(claims: readonly Claim[], feed: FeedHead): boolean {
  const saysPlanet = /plan[eè]t/i.test(feed.title);
  const site = placeOf(feed.siteUrl);
  const places = claims
    .map(({ prefix, link }) => ({ prefix, place: placeOf(link) }))
    .filter(({ place }) => place !== "");
  const ownCount = site === "" ? 0 : places.filter(({ place }) => place === site).length;
  if (ownCount > places.length / 2) {
    const named = claims.filter(({ prefix }) => isWrittenLikeName(prefix) || (saysPlanet && !/\s/.test(prefix)));
    return named.length >= claims.length * nearlyAllShare;
  }
  const inOnePlace = agreement(
    places,
    (claim) => claim.prefix,
    (claim) => claim.place,
  );
  return saysPlanet || inOnePlace >= nearlyAllShare;
}

/** The registered domain, as nearly as it can be told without the list of public suffixes; "" for what is no URL. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return "";
  const { hostname } = new URL(url);
  if (/^[\d.]+$|:/.test(hostname)) return hostname;
  const labels = hostname.split(".");
  const isTwofold = /^(?:com?|org|net|gov|edu|ac)\.\w\w$/.test(labels.slice(-2).join("."));
  return labels.slice(isTwofold ? -3 : -2).join(".");
}

/** Words inside a name that are written small. */
const particles = new Set(
  "von van vom der den de del della di da das do dos du la le ten ter bin ibn al el y e".split(" "),
);

/** Two words or more, each in capitals where its script has them: "Paul E. Mc Kenney", not "Climate change" or "Quake 2". */
function isWrittenLikeName(prefix: string): boolean {
  const words = prefix.split(/\s+/).filter((word) => !particles.has(word));
  return words.length > 1 && words.every((word) => /^[^\p{L}\p{N}]*[\p{Lu}\p{Lt}\p{Lo}]/u.test(word));
}
