import { atomDocument, picture } from "../../src/demo/planet/documents.ts";
import { dana } from "../../src/demo/planet/dana.ts";
import { ingrid } from "../../src/demo/planet/ingrid.ts";
import { lucia } from "../../src/demo/planet/lucia.ts";
import { marek } from "../../src/demo/planet/marek.ts";
import type { Member } from "../../src/demo/planet/member.ts";
import { priya } from "../../src/demo/planet/priya.ts";
import { type PlanetPost, show } from "../../src/demo/planet/slot.ts";
import { zoe } from "../../src/demo/planet/zoe.ts";

/** Links of the sample lead there; nobody follows them. */
const ORIGIN = "https://planet.harbour.example";
const FIRST_AT_MS = Date.UTC(2026, 4, 11, 8, 24);
const HOUR_MS = 3_600_000;

/** Posts of the sample planet on fixed days, in the order in which they came: what was there, what is posted, what is one digest. */
const order: readonly (readonly [Member, slug: string])[] = [
  [ingrid, "large-folios-a-year-in"],
  [marek, "thirty-one-containers-become-nine"],
  [zoe, "twelve-thousand-rebuilds"],
  [priya, "cpp-compiled-to-nothing"],
  [dana, "shader-cache"],
  [lucia, "quayside-day-two"],
  [ingrid, "mmap-is-a-promise"],
];

export const DIGEST_FROM = 5;
export const FEED_TITLE = "Planet Harbour";
export const POST_TITLE = "Winter pruning: thirty-one containers become nine";

/** Three states of the planet's feed: before the follow, with one new post, and with as many more as become a digest. */
export function sampleDocuments(): readonly [string, string, string] {
  return [documentOf(1), documentOf(2), documentOf(order.length)];
}

function documentOf(count: number): string {
  const posts = order.slice(0, count).map(postAt).toReversed();
  const document = atomDocument({ origin: ORIGIN, posts, changedAtMs: posts[0]?.updatedAtMs ?? FIRST_AT_MS });
  // Neither Discord nor Slack shows SVG.
  return document.replaceAll(/(\/img\/[a-z-]+)\.svg/g, "$1.png");
}

function postAt([member, slug]: (typeof order)[number], number: number): PlanetPost {
  const post = member.posts.find((one) => one.slug === slug);
  if (post === undefined) throw new Error(`${member.name} wrote no ${slug}`);
  const atMs = FIRST_AT_MS + number * 25 * HOUR_MS;
  return show({ member, post, number, publishedAtMs: atMs, updatedAtMs: atMs, locked: false, revised: false });
}

/** What stands at the address of a picture of the sample, as an address that holds the picture itself. */
export function drawnPicture(url: string): string {
  const name = /\/([a-z-]+)\.\w+$/.exec(url)?.[1] ?? "picture";
  return `data:image/svg+xml;base64,${Buffer.from(picture(name)).toString("base64")}`;
}
