import { describe, expect, test } from "vitest";
import { fixture, read, readFirst, rssOf, atomOf, titles } from "./reading.ts";

describe("RSS", () => {
  test("gives every field of an item, whatever prefix stands for a namespace", async () => {
    const { entries, title, siteUrl, ttlSeconds, whole } = await read(fixture("fields.rss.xml"));
    expect({ title, siteUrl, ttlSeconds, whole }).toEqual({
      title: "All the fields",
      siteUrl: "https://fields.example/",
      ttlSeconds: 5_400,
      whole: true,
    });
    expect(entries[0]).toEqual({
      guid: "one",
      link: "https://fields.example/1",
      titleRaw: "First & foremost",
      authorRaw: "Ada Byron",
      sourceRaw: "Member's Blog",
      publishedAt: "2026-03-02T10:00:00.000Z",
      updatedAt: null,
      html: '<p>The whole text, with <a href="https://fields.example/about?a=1&amp;b=2">a link</a> and <img src="https://fields.example/pic.jpg">.</p>',
      image: "https://fields.example/lead.jpg",
      imageAlt: "",
    });
    expect(entries[1]).toMatchObject({ authorRaw: "Grace Hopper", publishedAt: "2026-03-01T09:00:00.000Z" });
  });

  test.each([
    ["a description", "<media:description>A kite &amp;amp; string</media:description>", "A kite & string"],
    ["a title", "<media:title>A kite</media:title>", "A kite"],
    ["nothing", "", ""],
  ])("gives the words of a named picture: %s", async (_, within, alt) => {
    const media = `<media:content url="https://one.example/a.jpg" medium="image">${within}</media:content>`;
    const about = "<media:description>About the entry.</media:description>";
    const entry = await readFirst(
      rssOf(`<guid>1</guid><title>T</title>${media}${about}`).replace(
        "<rss ",
        '<rss xmlns:media="http://search.yahoo.com/mrss/" ',
      ),
    );
    expect(entry).toMatchObject({ image: "https://one.example/a.jpg", imageAlt: alt, html: "About the entry." });
  });

  test("takes a permalink guid for a missing link, never one that says it is none", async () => {
    const { entries } = await read(fixture("fields.rss.xml"));
    expect(entries.map((entry) => entry.link)).toEqual([
      "https://fields.example/1",
      "https://fields.example/2",
      "https://cdn.example/3.mp3",
      "https://fields.example/4",
    ]);
  });

  test("gives strings where the document has objects", async () => {
    const entry = (await read(fixture("fields.rss.xml"))).entries[3];
    expect(entry).toMatchObject({ guid: "", titleRaw: "", authorRaw: "Mary" });
  });

  test("gives null for a date that cannot be read", async () => {
    expect((await read(fixture("fields.rss.xml"))).entries[2]?.publishedAt).toBeNull();
  });

  test("is read without a version, with an odd one, and in capitals", async () => {
    const item = "<item><title>T</title></item>";
    expect(await titles(`<rss><channel>${item}</channel></rss>`)).toEqual(["T"]);
    expect(await titles(`<rss version="3.0"><channel>${item}</channel></rss>`)).toEqual(["T"]);
    expect(await titles(`<RSS VERSION="2.0"><CHANNEL>${item.toUpperCase()}</CHANNEL></RSS>`)).toEqual(["T"]);
  });

  test.each([["0.91"], ["0.92"], ["0.93"], ["0.94"], ["2.0.1"]])("is read in its version %s", async (version) => {
    const item = "<title>T</title><link>https://old.example/1</link><description>D</description>";
    const old = `<rss version="${version}"><channel><title>Old</title><item>${item}</item></channel></rss>`;
    expect(await read(old)).toMatchObject({
      title: "Old",
      whole: true,
      entries: [{ guid: "", titleRaw: "T", link: "https://old.example/1", html: "D" }],
    });
  });

  test("keeps items that stand behind the channel or in a second one", async () => {
    const outside =
      "<rss version='2.0'><channel><title>C</title></channel><item><title>A</title></item><item><title>B</title></item></rss>";
    const twice =
      "<rss version='2.0'><channel><item><title>A</title></item></channel><channel><item><title>B</title></item></channel></rss>";
    expect(await titles(outside)).toEqual(["A", "B"]);
    expect(await titles(twice)).toEqual(["A", "B"]);
  });

  test("may be empty", async () => {
    expect(await read("<rss version='2.0'><channel><title>New</title></channel></rss>")).toMatchObject({
      entries: [],
      whole: true,
    });
  });
});

describe("RSS 1.0", () => {
  test("is read in its version 0.90, too", async () => {
    const old =
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">' +
      "<channel><title>Old</title></channel><item><title>T</title><link>https://old.example/1</link></item></rdf:RDF>";
    expect(await read(old)).toMatchObject({
      title: "Old",
      entries: [{ titleRaw: "T", link: "https://old.example/1" }],
    });
  });

  test("identifies items by rdf:about, under any prefix", async () => {
    const prefixed =
      '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">' +
      '<item r:about="urn:1"><title>T</title><link>https://rdf.example/1</link></item></r:RDF>';
    expect(await readFirst(prefixed)).toMatchObject({ guid: "urn:1", titleRaw: "T", link: "https://rdf.example/1" });
    expect(await readFirst(fixture("planet-blogs.rdf.xml"))).toMatchObject({
      guid: "https://planet.example/e/5",
      authorRaw: "Ines Weber",
      publishedAt: "2026-03-02T10:00:00.000Z",
    });
  });
});

describe("Atom", () => {
  test("keeps XHTML in the order in which it was written", async () => {
    const first = await readFirst(fixture("xhtml.atom.xml"));
    expect(first.titleRaw).toBe("On order & <b>");
    expect(first.html).toContain("<p>Hello <b>big</b> world, see");
    expect(first.html).toContain("if (a &lt; b &amp;&amp; c)");
  });

  test("chooses the page among several links and resolves it by xml:base", async () => {
    const { entries, siteUrl } = await read(fixture("xhtml.atom.xml"));
    expect(siteUrl).toBe("https://ada.example/");
    expect(entries.map((entry) => entry.link)).toEqual([
      "https://ada.example/blog/order.html",
      "https://ada.example/blog/two.html",
    ]);
    expect(entries[0]?.html).toContain('href="https://ada.example/blog/other.html"');
    expect(entries[1]?.image).toBe("https://ada.example/blog/plot.png");
  });

  test("gives both dates, and the update where nothing else is given", async () => {
    const [first, second] = (await read(fixture("xhtml.atom.xml"))).entries;
    expect(first).toMatchObject({ publishedAt: "2026-03-02T10:00:00.000Z", updatedAt: "2026-03-02T10:30:00.000Z" });
    expect(second?.publishedAt).toBe("2026-03-01T10:00:00.000Z");
  });

  test("takes text for text, and HTML for HTML where it evidently is", async () => {
    const second = (await read(fixture("xhtml.atom.xml"))).entries[1];
    expect(second).toMatchObject({ titleRaw: "Plain <T> & more", html: "Words without &lt;angle> markup" });
    const untyped = await readFirst(
      atomOf("<title>A &lt;i&gt;fine&lt;/i&gt; day</title><content>&lt;p&gt;Text&lt;/p&gt;</content>"),
    );
    expect(untyped).toMatchObject({ titleRaw: "A fine day", html: "<p>Text</p>" });
  });

  test("survives links without attributes, dates that are none, and an address as the only name", async () => {
    const odd = atomOf("<title>T</title><link/><updated>soon</updated><author><email>a@b.example</email></author>");
    expect(await readFirst(odd)).toMatchObject({
      guid: "e1",
      titleRaw: "T",
      publishedAt: null,
      authorRaw: "a@b.example",
    });
  });

  test("is read with a prefix on every element and in its version 0.3", async () => {
    const prefixed =
      '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id><a:title>P</a:title><a:link href="https://p.example/"/></a:entry></a:feed>';
    expect(await readFirst(prefixed)).toMatchObject({ guid: "1", titleRaw: "P", link: "https://p.example/" });
    const old =
      '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64">SGVsbG8=</title><issued>2004-05-06T07:08:09Z</issued></entry></feed>';
    expect(await readFirst(old)).toMatchObject({ titleRaw: "Hello", publishedAt: "2004-05-06T07:08:09.000Z" });
  });

  test("decodes what a type says is Base64, and drops it where it is no text", async () => {
    const typed = (element: string, type: string, text: string): string =>
      `<${element} type="${type}">${text}</${element}>`;
    const words = Buffer.from("<p>Größe</p>").toString("base64");
    const picture = Buffer.from("89504e470d0a1a0a".repeat(10), "hex").toString("base64");
    const entry = atomOf(typed("title", "application/octet-stream", words) + typed("content", "image/png", picture));
    expect(await readFirst(entry)).toMatchObject({ titleRaw: "Größe", html: "" });
    const plain = atomOf(typed("title", "application/x-odd", "test") + typed("content", "text/plain", picture));
    expect(await readFirst(plain)).toMatchObject({ titleRaw: "test", html: picture });
  });

  test("inherits the author of the feed, and the author of a source before that", async () => {
    const feed = (entry: string): string =>
      `<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Feed</name></author><entry><id>1</id>${entry}</entry></feed>`;
    expect((await readFirst(feed("<title>T</title>"))).authorRaw).toBe("Feed");
    const source = "<source><title>Blog</title><author><name>Source</name></author></source>";
    expect(await readFirst(feed(source))).toMatchObject({ authorRaw: "Source", sourceRaw: "Blog" });
  });
});

describe("JSON Feed", () => {
  test.each([["1"], ["1.0"], ["1.1"]])("may give the number %s for its version's address", async (version) => {
    const items = [{ id: "1", url: "https://json.example/1" }];
    expect(await readFirst(JSON.stringify({ version, title: "J", items }))).toMatchObject({ guid: "1" });
  });

  test("is read like the others", async () => {
    const { entries, title, siteUrl } = await read(fixture("feed.json"), "application/feed+json");
    expect({ title, siteUrl }).toEqual({ title: "JSON notes", siteUrl: "https://json.example/" });
    expect(entries).toMatchObject([
      {
        guid: "1",
        link: "https://reader.example/one",
        titleRaw: "One & only",
        authorRaw: "Ada Byron",
        html: '<p>Hello <a href="https://reader.example/two">two</a></p>',
        image: "https://json.example/1.png",
      },
      { guid: "2", authorRaw: "Grace Hopper", html: "a &lt; b<br>c" },
    ]);
  });
});

describe("several authors of one entry", () => {
  const creator = (name: string): string => `<dc:creator>${name}</dc:creator>`;
  const person = (name: string): string => `<author><name>${name}</name></author>`;

  test.each([
    ["RSS", rssOf(`<title>T</title>${creator("Ada Byron")}${creator("Grace Hopper")}<author>x@y.example</author>`)],
    ["Atom", atomOf(`<title>T</title>${person("Ada Byron")}${person("Grace Hopper")}${person("ADA BYRON")}`)],
    [
      "JSON Feed",
      `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"T","authors":[{"name":"Ada Byron"},{"name":"Grace Hopper"}]}]}`,
    ],
    [
      "the forgiving reader",
      atomOf(`<title>T</titel><link href="https://x.example/"/>${person("Ada Byron")}${person("Grace Hopper")}`),
    ],
  ])("are all named, each once: %s", async (_, document) => {
    expect((await readFirst(document)).authorRaw).toBe("Ada Byron, Grace Hopper");
  });

  test("are taken from one kind of element, the first that has a name in it", async () => {
    const both = `<author>ada@x.example</author>${creator("Ada Byron")}<itunes:author>The Ada Show</itunes:author>`;
    expect((await readFirst(rssOf(both))).authorRaw).toBe("Ada Byron");
  });

  test("end where a line of names does", async () => {
    const many = Array.from({ length: 200 }, (_, i) => creator(`Author Number ${i}`)).join("");
    const { authorRaw } = await readFirst(rssOf(many));
    expect(authorRaw).toMatch(/^Author Number 0, .*, Author Number \d+$/);
    expect(authorRaw.length).toBeLessThanOrEqual(1_000);
  });
});

test("limits are kept: titles, guids, content and the number of entries", async () => {
  const long = await readFirst(
    rssOf(
      `<title>${"t".repeat(5_000)}</title><guid>${"g".repeat(5_000)}</guid><description>${"d".repeat(90_000)}</description>`,
    ),
  );
  expect([long.titleRaw.length, long.guid.length, long.html.length]).toEqual([1_000, 2_000, 65_536]);
  const many = Array.from({ length: 2_100 }, (_, i) => `<item><guid>${i}</guid></item>`).join("");
  const { entries, whole } = await read(`<rss version="2.0"><channel>${many}</channel></rss>`);
  expect({ count: entries.length, first: entries[0]?.guid, whole }).toEqual({ count: 2_000, first: "0", whole: false });
});

test("of too many entries the newest are kept, also where the document begins with the oldest", async () => {
  const day = 86_400_000;
  const items = Array.from(
    { length: 2_100 },
    (_, i) => `<item><guid>${i}</guid><pubDate>${new Date(i * day).toUTCString()}</pubDate></item>`,
  );
  const { entries } = await read(`<rss version="2.0"><channel>${items.join("")}</channel></rss>`);
  expect([entries[0]?.guid, entries.at(-1)?.guid]).toEqual(["100", "2099"]);
});
