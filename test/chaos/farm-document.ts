/** What a feed document of the farm is made of. */
export interface DocumentEntry {
  readonly guid: string;
  readonly url: string;
  readonly title: string;
  readonly author: string;
  readonly html: string;
  readonly datedMs: number;
}

export interface DocumentHead {
  readonly title: string;
  readonly feedUrl: string;
  readonly siteUrl: string;
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

/** RSS 2.0 with Dublin Core authors, as blog engines write it. */
export function rssDocument(head: DocumentHead, entries: readonly DocumentEntry[]): string {
  const items = entries.map(
    (entry) => `  <item>
    <title>${escaped(entry.title)}</title>
    <link>${escaped(entry.url)}</link>
    <guid isPermaLink="false">${escaped(entry.guid)}</guid>
    <dc:creator>${escaped(entry.author)}</dc:creator>
    <pubDate>${new Date(entry.datedMs).toUTCString()}</pubDate>
    <content:encoded><![CDATA[${entry.html}]]></content:encoded>
  </item>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
  <title>${escaped(head.title)}</title>
  <link>${escaped(head.siteUrl)}</link>
  <description>${escaped(head.title)}</description>
${items.join("")}</channel>
</rss>
`;
}

/** Atom 1.0 (RFC 4287). */
export function atomDocument(head: DocumentHead, entries: readonly DocumentEntry[]): string {
  const newestMs = entries.reduce((newest, entry) => Math.max(newest, entry.datedMs), 0);
  const items = entries.map(
    (entry) => `  <entry>
    <title>${escaped(entry.title)}</title>
    <link href="${escaped(entry.url)}"/>
    <id>${escaped(entry.guid)}</id>
    <author><name>${escaped(entry.author)}</name></author>
    <published>${new Date(entry.datedMs).toISOString()}</published>
    <updated>${new Date(entry.datedMs).toISOString()}</updated>
    <content type="html">${escaped(entry.html)}</content>
  </entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>${escaped(head.title)}</title>
  <id>${escaped(head.feedUrl)}</id>
  <link href="${escaped(head.siteUrl)}"/>
  <link rel="self" href="${escaped(head.feedUrl)}"/>
  <updated>${new Date(newestMs).toISOString()}</updated>
${items.join("")}</feed>
`;
}
