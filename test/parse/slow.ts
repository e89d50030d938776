/** As long as a document may be, of the smallest entries there are: of those that must be read whole, the slowest known (a second). */
export function slowDocument(): Buffer {
  return Buffer.from(rss("<item/>".repeat(1_190_000)));
}

/** A planet with a document of about so many bytes. */
export function longDocument(bytes: number): Buffer {
  const item = (n: number): string =>
    `<item><guid>urn:long:${String(n)}</guid><title>Post ${String(n)}</title><description>${"Words. ".repeat(200)}</description></item>`;
  return Buffer.from(rss(Array.from({ length: Math.ceil(bytes / item(0).length) }, (_, n) => item(n)).join("")));
}

function rss(items: string): string {
  return `<rss version="2.0"><channel><title>Long</title>${items}</channel></rss>`;
}
