/** Documents as long as the fetcher lets through, made to cost a reader its time, its stack or its memory. */
export interface Made {
  readonly name: string;
  readonly text: () => string;
}

const bodyChars = 8_000_000;

function filled(open: string, piece: string, close: string): string {
  return `${open}${piece.repeat(Math.floor((bodyChars - open.length - close.length) / piece.length))}${close}`;
}

const rssOpen = '<rss version="2.0"><channel><title>Made</title>';
const rssClose = "</channel></rss>";
const itemOpen = `${rssOpen}<item><guid>1</guid><title>T</title>`;
const itemClose = `</item>${rssClose}`;
const jsonOpen = '{"version":"https://jsonfeed.org/version/1.1","title":"Made","items":[';

function nested(open: string, close: string, depth: number): string {
  return open.repeat(depth) + close.repeat(depth);
}

export const made: readonly Made[] = [
  { name: "empty items", text: () => filled(rssOpen, "<item/>", rssClose) },
  { name: "small items", text: () => filled(rssOpen, "<item><guid>1</guid></item>", rssClose) },
  { name: "entries", text: () => filled("<feed>", "<entry><id>1</id><title>T</title><link/></entry>", "</feed>") },
  { name: "one long text", text: () => filled(`${itemOpen}<description>`, "word ", `</description>${itemClose}`) },
  { name: "one long title", text: () => filled(`${rssOpen}<item><title>`, "w", `</title>${itemClose}`) },
  { name: "escaped markup", text: () => filled(`${itemOpen}<description>`, "&lt;a&gt;", `</description>${itemClose}`) },
  {
    name: "half tags",
    text: () => filled(`${itemOpen}<description><![CDATA[`, "a<p", `]]></description>${itemClose}`),
  },
  { name: "bare ampersands", text: () => filled(`${itemOpen}<description>`, "&", `</description>${itemClose}`) },
  { name: "bare angle brackets", text: () => filled(`${itemOpen}<description>`, "<", `</description>${itemClose}`) },
  { name: "open comments", text: () => filled(`${itemOpen}<description>`, "<!--", `</description>${itemClose}`) },
  { name: "open sections", text: () => filled(itemOpen, "<![CDATA[", itemClose) },
  { name: "open instructions", text: () => filled(itemOpen, "<?a ", itemClose) },
  { name: "open quotes", text: () => filled(itemOpen, "<a b='", itemClose) },
  { name: "open titles", text: () => filled(itemOpen, "<title>", itemClose) },
  { name: "open items", text: () => filled(rssOpen, "<item><title>", rssClose) },
  { name: "stray end tags", text: () => filled(itemOpen, "</x>", itemClose) },
  { name: "deep elements", text: () => `${itemOpen}${nested("<x>", "</x>", 1_000_000)}${itemClose}` },
  {
    name: "deep markup",
    text: () => `${itemOpen}<description>${nested("<b>", "</b>", 1_000_000)}</description>${itemClose}`,
  },
  { name: "one long attribute", text: () => filled(`${itemOpen}<link href="`, "x", `"/>${itemClose}`) },
  { name: "many attributes", text: () => filled(`${itemOpen}<link `, 'a="1" ', `/>${itemClose}`) },
  { name: "many namespaces", text: () => filled("<rss ", 'xmlns:a="b" ', `><channel/></rss>`) },
  { name: "many links", text: () => filled(itemOpen, "<link>http://a.example/</link>", itemClose) },
  { name: "many authors", text: () => filled(itemOpen, "<dc:creator>A B</dc:creator>", itemClose) },
  { name: "many categories", text: () => filled(itemOpen, "<category>c</category>", itemClose) },
  { name: "white space", text: () => filled(`${rssOpen}<item><title>`, " ", `</title>${itemClose}`) },
  {
    name: "a long document type",
    text: () => filled("<!DOCTYPE rss [", '<!ENTITY a "b">', `]>${itemOpen}${itemClose}`),
  },
  { name: "junk in front", text: () => filled("", "<br/>", `${itemOpen}${itemClose}`) },
  { name: "colons in titles", text: () => filled(rssOpen, "<item><title>a: b: c: d</title></item>", rssClose) },
  { name: "JSON items", text: () => filled(jsonOpen, '{"id":"1","title":"T"},', "{}]}") },
  { name: "deep JSON", text: () => filled(jsonOpen, "[", "") },
  { name: "a long JSON text", text: () => filled(`${jsonOpen}{"id":"1","content_html":"`, "a<p", '"}]}') },
  { name: "cut JSON with escapes", text: () => filled(`${jsonOpen}{"id":"1"},"`, "\\\\", "") },
  { name: "an HTML page", text: () => filled("<html>", "<p><input type=", "") },
];
