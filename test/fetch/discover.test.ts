import { expect, test } from "vitest";
import { findFeedLinks, usualFeedPaths } from "../../src/feed/discover/discover.ts";

const PAGE = "https://site.test/blog/";

function urlsIn(html: string, baseUrl = PAGE): readonly string[] {
  return findFeedLinks(html, baseUrl).map(({ url }) => url);
}

test("declared feeds come in document order with title and type, then links that look like feeds", () => {
  const html = `<!doctype html><html><head><title>Site <link rel=alternate type=text/xml href=/no></title>
    <link rel="stylesheet" href="/feed.css"><LINK REL='Alternate'
      TYPE="application/rss+xml; charset=utf-8" TITLE="Site &raquo;
      Feed" HREF="/feed/?a=1&amp;b=2&copy=3#top">
    <link rel="alternate" type="application/atom+xml" href=atom.xml />
    <link rel="alternate" type="application/feed+json" href="//other.test/feed.json">
    <link rel="feed" href="/declared">
    </head><body><a href="/about">About</a> <a class="x" href="rss20.xml">The <b>RSS</b> feed</a></body></html>`;
  expect(findFeedLinks(html, PAGE)).toEqual([
    {
      url: "https://site.test/feed/?a=1&b=2&copy=3",
      title: "Site » Feed",
      type: "application/rss+xml",
    },
    { url: "https://site.test/blog/atom.xml", title: "", type: "application/atom+xml" },
    { url: "https://other.test/feed.json", title: "", type: "application/feed+json" },
    { url: "https://site.test/declared", title: "", type: "" },
    { url: "https://site.test/blog/rss20.xml", title: "The", type: "" },
  ]);
});

test("what only looks like a declared feed is none", () => {
  expect(
    urlsIn(`<link rel="alternate" hreflang="de" href="/de">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
    <link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
    <link rel="alternate stylesheet" type="text/css" href="/feed.css">
    <link rel="preload" type="application/rss+xml" href="/preload">
    <link rel="alternate" type="application/rss+xml">
    <link rel="alternate" type="application/rss+xml" href="">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
    <link rel="alternate" type="application/rss+xml" href="http://[">
    <!-- > <link rel="alternate" type="application/rss+xml" href="/commented"> -->
    <script>'<link rel="alternate" type="application/rss+xml" href="/script">'</script>
    <img alt='<link rel="alternate" type="application/rss+xml" href="/alt">'>
    <textarea><link rel="alternate" type="application/rss+xml" href="/text"></textarea>`),
  ).toEqual([]);
});

test.each([
  ["/feed/", true],
  ["/category/rust/feed", true],
  ["/rss", true],
  ["/feed/atom/", true],
  ["/feeds/posts/default", true],
  ["/index.xml", true],
  ["/blog.atom", true],
  ["/en/blog-feed.xml", true],
  ["/rss.php", true],
  ["/?feed=rss2", true],
  ["feed:https://x.test/rss", true],
  ["feed://x.test/rss", true],
  ["https://feeds.feedburner.com/SomeBlog", true],
  ["/feedback", false],
  ["/about-our-feed", false],
  ["/atomic/physics", false],
  ["/feed.html", false],
  ["/sitemap.xml", false],
  ["https://reader.test/add/https://site.test/feed", false],
  ["https://validator.test/?url=https%3A%2F%2Fsite.test%2Frss.xml", false],
  ["mailto:rss@site.test", false],
  [`/${"x".repeat(3000)}/feed`, false],
])("a link to %s counts as a feed's: %s", (href, isFeed) => {
  expect(urlsIn(`<a href="${href}">here</a>`)).toHaveLength(isFeed ? 1 : 0);
});

test("the first base element decides what relative links mean", () => {
  const html = `<link rel=feed href=a><base href="/deep/er/"><base href="/other/"><a href=rss.xml>`;
  expect(urlsIn(html)).toEqual(["https://site.test/deep/er/a", "https://site.test/deep/er/rss.xml"]);
  expect(urlsIn('<base href="javascript:1"><a href="/feed">')).toEqual(["https://site.test/feed"]);
});

test("no feed comes twice, the page itself never, and there are at most 20", () => {
  const one = '<link rel="alternate" type="application/rss+xml" href="/feed">';
  expect(urlsIn(`${one}${one}<a href="/feed#x">`)).toEqual(["https://site.test/feed"]);
  expect(urlsIn(one, "https://site.test/feed")).toEqual([]);
  const many = Array.from({ length: 50 }, (_, n) => `<a href="/${n}/feed">`).join("");
  expect(urlsIn(many)).toHaveLength(20);
});

test("links beyond the first 512 Ki characters are not looked for", () => {
  const link = '<link rel="feed" href="/feed">';
  const space = " ".repeat(512 * 1024 - link.length);
  expect(urlsIn(space + link)).toHaveLength(1);
  expect(urlsIn(` ${space}${link}`)).toHaveLength(0);
});

const HOSTILE = {
  "open tags": "<a href=/feed",
  "open comments": "<!--",
  "open declarations": "<!",
  "open quotes": '<a href="',
  "alternating quotes": `<a b="'`,
  "open scripts": "<script>",
  "closed scripts": "<script></script>",
  "nested elements": "<div><p>",
  "angle brackets": "<",
  slashes: "<a / / /",
  spaces: "<a          ",
  "equal signs": "<a = = ",
  attributes: " a=b",
  "candidates with entities": '<a href="&amp;/feed">',
  "long paths": "/feedrssatom.",
  "white space": "\t\n ",
};

test.each(Object.entries(HOSTILE))("a page of nothing but %s takes no time", (_name, piece) => {
  const html = piece.repeat(Math.ceil((512 * 1024) / piece.length));
  const startedMs = performance.now();
  urlsIn(html);
  urlsIn(`<a href="${html}">`);
  urlsIn(`<a${html}>`);
  expect(performance.now() - startedMs).toBeLessThan(2000);
});

test("the usual places are below the site's own path", () => {
  expect(usualFeedPaths("https://site.test")).toEqual([
    "https://site.test/feed",
    "https://site.test/atom.xml",
    "https://site.test/rss.xml",
    "https://site.test/feed.xml",
    "https://site.test/index.xml",
    "https://site.test/rss20.xml",
  ]);
  expect(usualFeedPaths("https://site.test/blog?x#y")[0]).toBe("https://site.test/blog/feed");
  expect(usualFeedPaths("https://site.test/a/index.html")[0]).toBe("https://site.test/a/feed");
  expect(usualFeedPaths("mailto:a@site.test")).toEqual([]);
});
