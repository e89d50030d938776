/** Who is who on the farm; the farm, the floors and the product's feeds are made of the same plan. */
export interface FarmPlan {
  readonly feeds: number;
  /** So many at the end are planets: 60 entries and about 1.09 MB. */
  readonly planets: number;
  readonly tls: boolean;
  readonly gzip: boolean;
  readonly latencyMs: number;
}

export const PLAIN_FARM: Omit<FarmPlan, "feeds"> = { planets: 0, tls: false, gzip: false, latencyMs: 0 };

/** Feeds are half RSS, half Atom. */
export function isAtom(feed: number): boolean {
  return feed % 2 === 1;
}

/** Linux answers on all of 127.0.0.0/8, so each feed has a host of its own without any name being looked up. */
export function hostOf(feed: number): string {
  return `127.${String(1 + (feed >> 16))}.${String((feed >> 8) & 255)}.${String(feed & 255)}`;
}

export function urlOf(feed: number, port: number, isTls: boolean): string {
  return `${isTls ? "https" : "http"}://${hostOf(feed)}:${String(port)}/feeds/${String(feed)}.xml`;
}

export function feedOfPath(path: string): number {
  return Number(/^\/feeds\/(\d+)\.xml$/.exec(path)?.[1] ?? -1);
}

export function entryUrl(feed: number, entry: number): string {
  return `https://blog-${String(feed)}.example.org/posts/2026/${String(entry)}-what-changed-and-why`;
}

/** The feed and the number of the entry at this URL. */
export function entryOfUrl(url: string): { readonly feed: number; readonly entry: number } | null {
  const found = /^https:\/\/blog-(\d+)\.example\.org\/posts\/2026\/(\d+)-/.exec(url);
  return found === null ? null : { feed: Number(found[1]), entry: Number(found[2]) };
}

/** The validator of a feed's document after so many changes. */
export function etagOf(feed: number, version: number): string {
  return `"${String(feed)}-${String(version)}"`;
}

export function lastModifiedOf(version: number): string {
  return new Date(Date.UTC(2026, 8, 1) + version * 60_000).toUTCString();
}
