import type { PlanetPost } from "./slot.ts";
import { escapeXml } from "./trappings.ts";

const planetTitle = "Planet Harbour";
const planetDescription = "The people who build and keep Harbour, a small distribution with a sea view";

/** What a document is made from. */
export interface Edition {
  /** Where the planet is served, without a slash at the end. */
  readonly origin: string;
  /** Newest first. */
  readonly posts: readonly PlanetPost[];
  readonly changedAtMs: number;
}

/** A planet makes links absolute, in HTML as in the odd post that is really Markdown. */
function absolute(html: string, origin: string): string {
  return html.replaceAll(/(\b(?:href|src)="|\]\()\//g, (_, before: string) => `${before}${origin}/`);
}

function rssItem(post: PlanetPost, origin: string): string {
  return `<item>
	<title>${escapeXml(`${post.member.name}: ${post.title}`)}</title>
	<guid isPermaLink="false">${escapeXml(post.guid)}</guid>
	<link>${origin}${post.path}</link>
	<description>${escapeXml(absolute(post.html, origin))}</description>
	<pubDate>${new Date(post.publishedAtMs).toUTCString()}</pubDate>
</item>`;
}

/** RSS 2.0 as planets write it: the author stands in the title and nowhere else. */
export function rssDocument({ origin, posts }: Edition): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
	<title>${planetTitle}</title>
	<link>${origin}/</link>
	<language>en</language>
	<description>${planetDescription}</description>
	<atom:link rel="self" href="${origin}/rss20.xml" type="application/rss+xml"/>
${posts.map((post) => rssItem(post, origin)).join("\n")}
</channel>
</rss>
`;
}

const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

function atomEntry(post: PlanetPost, origin: string): string {
  const site = `https://${post.member.handle}.example/`;
  return `<entry>
	<title type="text">${escapeXml(post.title)}</title>
	<link rel="alternate" type="text/html" href="${origin}${post.path}"/>
	<id>${escapeXml(post.guid)}</id>
	<published>${isoSeconds(post.publishedAtMs)}</published>
	<updated>${isoSeconds(post.updatedAtMs)}</updated>
	<author><name>${escapeXml(post.member.name)}</name><uri>${site}</uri></author>
	<content type="html">${escapeXml(absolute(post.html, origin))}</content>
	<source>
		<title type="text">${escapeXml(post.member.blog)}</title>
		<link rel="self" href="${site}feed/"/>
		<id>${site}</id>
		<updated>${isoSeconds(post.updatedAtMs)}</updated>
	</source>
</entry>`;
}

/** Atom 1.0 (RFC 4287): the title alone, the author and the member blog in elements of their own. */
export function atomDocument({ origin, posts, changedAtMs }: Edition): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
	<title>${planetTitle}</title>
	<subtitle>${planetDescription}</subtitle>
	<link rel="self" href="${origin}/atom.xml"/>
	<link rel="alternate" href="${origin}/"/>
	<id>${origin}/</id>
	<updated>${isoSeconds(changedAtMs)}</updated>
${posts.map((post) => atomEntry(post, origin)).join("\n")}
</feed>
`;
}

function htmlPage(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeXml(title)}</title>${head}
<style>body{font:17px/1.6 Georgia,serif;max-width:42em;margin:2em auto;padding:0 1em}pre{overflow-x:auto;background:#eef3f5;padding:1em}</style></head>
<body>
${body}
</body>
</html>
`;
}

/** The planet's front page: leads readers and programs to the feeds. */
export function frontPage({ posts }: Edition): string {
  const head = `
<link rel="alternate" type="application/rss+xml" title="${planetTitle}" href="/rss20.xml">
<link rel="alternate" type="application/atom+xml" title="${planetTitle} (Atom)" href="/atom.xml">`;
  const rows = posts.map(
    ({ path, title, member }) => `<li><a href="${path}">${escapeXml(title)}</a>, ${escapeXml(member.name)}</li>`,
  );
  return htmlPage(
    planetTitle,
    head,
    `<h1>${planetTitle}</h1>\n<p>${planetDescription}.</p>\n<ul>\n${rows.join("\n")}\n</ul>`,
  );
}

export function postPage(post: PlanetPost): string {
  const byline = `${escapeXml(post.member.name)}, ${new Date(post.publishedAtMs).toUTCString()}`;
  const article = `<article>\n<h1>${escapeXml(post.title)}</h1>\n<p><em>${byline}</em></p>\n${post.html}\n</article>`;
  return htmlPage(post.title, "", `${article}\n<p><a href="/">${planetTitle}</a></p>`);
}

/** A picture for any name, so that every image of the posts can be looked at. */
export function picture(name: string): string {
  const hue = (name.length * 97 + name.charCodeAt(0) * 31) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" width="640" height="400">
<rect width="640" height="400" fill="hsl(${hue} 45% 78%)"/><circle cx="480" cy="120" r="56" fill="hsl(${hue} 70% 92%)"/>
<path d="M0 260 Q80 235 160 260 T320 260 T480 260 T640 260 V400 H0 Z" fill="hsl(${hue} 40% 42%)"/>
<text x="32" y="370" font-family="Georgia,serif" font-size="30" fill="#fff">${escapeXml(name)}</text>
</svg>
`;
}
