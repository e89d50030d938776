/** An item of a feed written by a test; what is absent stays out of the document. */
export interface Item {
  readonly guid?: string;
  readonly link?: string;
  readonly title?: string;
  readonly author?: string;
  readonly content?: string;
  readonly date?: Date;
}

/** An RSS 2.0 document with these items in this order. */
export function rss(items: readonly Item[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Test planet</title><link>http://planet.example/</link><description>Written by a test</description>
${items.map(writeItem).join("\n")}
</channel></rss>
`;
}

/**
 * The n-th item of a feed where everything is in order: guid, link, title, text enough to be known by, and a date one hour
 * after that of the item before.
 */
export function numbered(n: number, values: Item = {}): Item {
  const text = `Post ${n} is about a subject of its own and says so at some length, ${n} times if it must be, so that nobody takes its text for another's.`;
  return {
    guid: `guid-${n}`,
    link: `http://planet.example/posts/${n}`,
    title: `Post ${n}`,
    content: `<p>${text}</p>`,
    date: new Date(Date.UTC(2024, 0, 1, n, 17, 5)),
    ...values,
  };
}

export function without<Key extends keyof Item>(item: Item, ...keys: readonly Key[]): Omit<Item, Key> {
  const copy = { ...item };
  for (const key of keys) delete copy[key];
  return copy;
}

function writeItem(item: Item): string {
  const parts = [
    element("title", item.title),
    element("guid", item.guid, ' isPermaLink="false"'),
    element("link", item.link),
    element("dc:creator", item.author),
    element("description", item.content),
    element("pubDate", item.date?.toUTCString()),
  ];
  return `<item>${parts.join("")}</item>`;
}

function element(name: string, value: string | undefined, attributes = ""): string {
  return value === undefined ? "" : `<${name}${attributes}>${escapeMarkup(value)}</${name}>`;
}

function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
