import { describe, expect, test } from "vitest";
import { readJson } from "../../src/feed/parse/fallback.ts";
import { parseFeed } from "../../src/feed/parse/parse.ts";
import { type PreparedXml, prepareXml } from "../../src/feed/parse/prepare.ts";
import { findRoot } from "../../src/feed/parse/root.ts";
import { readXml } from "../../src/feed/parse/rss.ts";
import { atomOf, feedUrl, parse, read, readFirst, rssOf, titles } from "./reading.ts";

function prepared(text: string): PreparedXml {
  const root = findRoot(text);
  if (root.kind !== "rss") throw new Error("no RSS");
  return prepareXml(text, root);
}

describe("what hostile or careless documents do to parsers, they do not do here", () => {
  test.each([
    ["half tags", rssOf(`<description><![CDATA[${"a<p".repeat(100_000)}]]></description>`)],
    ["open brackets", rssOf(`<description><![CDATA[${"<".repeat(300_000)}]]></description>`)],
    ["bare open brackets", rssOf(`<description>${"<".repeat(300_000)}</description>`)],
    ["ampersands", rssOf(`<description>${"&".repeat(300_000)}</description>`)],
    ["comments that never end", rssOf(`<description>${"<!--".repeat(100_000)}</description>`)],
    ["CDATA that never ends", rssOf(`<description>${"<![CDATA[".repeat(50_000)}</description>`)],
    ["quotes that never end", rssOf(`<description><![CDATA[${'<a href="'.repeat(30_000)}]]></description>`)],
    ["titles that never end", rssOf("<title>".repeat(30_000))],
    ["deep markup", rssOf(`<description>${"<b>".repeat(50_000)}${"</b>".repeat(50_000)}</description>`)],
    ["deep elements", rssOf(`${"<x>".repeat(20_000)}${"</x>".repeat(20_000)}`)],
    ["white space", rssOf(`<title>${" ".repeat(2_000_000)}</title>`)],
    ["marks on a letter", rssOf(`<title>e${"\u0301".repeat(100_000)}</title>`)],
  ])("%s take less than two seconds of computing", async (_, document) => {
    const before = process.cpuUsage();
    await parse(document);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });

  test("entities of a DTD are neither expanded nor fetched", async () => {
    const dtd = `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>`;
    const document = rssOf("<title>&b;|&c;</title>").replace("<rss", `${dtd}<rss`);
    expect(await titles(document)).toEqual(["&b;|&c;"]);
  });

  test("names of prototypes are names", async () => {
    const entry = await readFirst(
      rssOf("<__proto__><title>x</title></__proto__><constructor>y</constructor><title>T</title>"),
    );
    expect(entry.titleRaw).toBe("T");
    expect("title" in {}).toBe(false);
  });

  test("a rejected document does not spoil the next one", async () => {
    await parse("<rss version='2.0'><channel><item><title>Broken</item>");
    const malformed = rssOf("<title>Tom & Jerry</title><description>Q&A</description>");
    expect(await readFirst(malformed)).toMatchObject({ titleRaw: "Tom & Jerry", html: "Q&A" });
  });

  test("one date that cannot be read does not cost an Atom feed", async () => {
    const entry = await readFirst(
      atomOf("<title>T</title><published>Mo, 1. Brachmond</published><updated>0000-00-00</updated>"),
    );
    expect(entry).toMatchObject({ titleRaw: "T", publishedAt: null });
    const dated = atomOf("<title>T</title><published>Mo, 1. Brachmond</published>");
    expect((await read(dated)).whole).toBe(true);
  });

  test("text and elements of XHTML keep their order", async () => {
    const xhtml = `<div xmlns="http://www.w3.org/1999/xhtml">Hello <b>big</b> world</div>`;
    const entry = await readFirst(
      atomOf(`<title type="xhtml">${xhtml}</title><content type="xhtml">${xhtml}</content>`),
    );
    expect(entry.titleRaw).toBe("Hello big world");
    expect(entry.html).toContain("Hello <b>big</b> world");
  });

  test("what windows-1252 has between 0x80 and 0x9f are characters, not controls", async () => {
    const bytes = Buffer.from(rssOf("<title>\u0080 \u0093x\u0094 \u0096</title>"), "latin1");
    expect((await readFirst(bytes, "text/xml; charset=windows-1252")).titleRaw).toBe("€ “x” –");
  });

  test("a time without a zone does not move with the zone of the machine", async () => {
    const before = process.env["TZ"];
    process.env["TZ"] = "America/New_York";
    try {
      expect(new Date(2020, 5, 1).getTimezoneOffset()).toBe(240);
      const entry = await readFirst(rssOf("<title>T</title><pubDate>2020-06-01 10:00:00</pubDate>"));
      expect(entry.publishedAt).toBe("2020-06-01T10:00:00.000Z");
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });

  test("a document that the library throws on is rejected, not left open for ever", async () => {
    const withoutChannel = { ...prepared(rssOf("<title>T</title>")), xml: '<rss version="2.0"></rss>' };
    await expect(readXml(withoutChannel)).rejects.toThrow("undefined");
  });

  test("fields of unexpected form become strings", async () => {
    const item =
      "<title><b>x</b></title><link><a>y</a></link><guid><b/></guid><pubDate><c>2020</c></pubDate><author/><description/><enclosure/><source><t/></source>";
    const entry = await readFirst(rssOf(item));
    for (const [name, value] of Object.entries(entry))
      expect({ name, is: typeof (value ?? "") }).toEqual({ name, is: "string" });
  });

  test("a row of documents lets other work have its turn", async () => {
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    for (let i = 0; i < 20; i += 1) {
      await parseFeed(Buffer.from(rssOf("<title>T</title>")), { url: feedUrl, contentType: "", whole: true });
    }
    running = false;
    expect(turns).toBeGreaterThanOrEqual(20);
  });

  test("a document longer than the limit is read like one that was cut", async () => {
    const filler = `<item><guid>1</guid><description>${"x".repeat(3_000_000)}</description></item>`;
    const { entries, whole } = await read(`<rss version="2.0"><channel>${filler.repeat(3)}</channel></rss>`);
    expect({ count: entries.length, whole }).toEqual({ count: 2, whole: false });
  });
});

describe("what is too much of anything is left out, and the rest is read", () => {
  const channel = (items: string): string => `<rss version="2.0"><channel><title>C</title>${items}</channel></rss>`;
  const last = "<item><guid>last</guid><title>Last</title></item>";

  test("entries beyond twenty thousand", () => {
    expect(prepared(channel(`${"<item/>".repeat(20_000)}${last}`))).toMatchObject({
      entryCount: 20_000,
      closed: false,
    });
    expect(prepared(channel(`${"<item/>".repeat(19_999)}${last}`))).toMatchObject({ entryCount: 20_000, closed: true });
    const items = '{"id":"1","title":"T"},'.repeat(20_000);
    const json: unknown = JSON.parse(
      `{"version":"https://jsonfeed.org/version/1.1","items":[${items}{"id":"last","title":"T"}]}`,
    );
    expect(readJson(json).entries).toHaveLength(20_000);
  });

  test.each([
    ["escaped", "&amp;".repeat(200_000)],
    ["in a CDATA section", `<![CDATA[${"&".repeat(1_000_000)}]]>`],
    ["as markup", "<b>&</b>".repeat(130_000)],
    ["without an element", "& ".repeat(500_000)],
  ])("text beyond half a megabyte: %s", async (_, text) => {
    const long = `<item><guid>1</guid><description>${text}</description></item>`;
    expect(prepared(channel(long + last)).xml.length).toBeLessThan(600_000);
    const { entries, whole } = await read(channel(long + last));
    expect(entries.map((entry) => entry.guid)).toEqual(["1", "last"]);
    expect({ whole, html: entries[0]?.html.length }).toEqual({ whole: true, html: 65_536 });
  });

  test("elements beyond a depth of 256", async () => {
    const deep = `<item><guid>1</guid>${"<x>".repeat(1_000)}deep${"</x>".repeat(1_000)}<title>T</title></item>`;
    expect(prepared(channel(deep)).xml).toContain("&lt;x>deep&lt;/x>");
    expect(await read(channel(deep + last))).toMatchObject({
      whole: true,
      entries: [{ guid: "1", titleRaw: "T" }, { guid: "last" }],
    });
  });

  test("an entry beyond two megabytes", async () => {
    const long = `<item><guid>1</guid>${"<x>y</x>".repeat(300_000)}<title>T</title></item>`;
    expect(await titles(channel(long + last))).toEqual(["", "Last"]);
  });

  test("a tag in which other tags seem to begin", async () => {
    const quotes = `<item><guid>1</guid>${"<a b='".repeat(150_000)}</item>`;
    expect((await read(channel(quotes + last))).entries.map((entry) => entry.guid)).toEqual(["last"]);
    const link = '<link href="https://one.example/?1<2<3"/>';
    expect((await readFirst(atomOf(`<title>T</title>${link}`))).link).toContain("https://one.example/?1");
    const few = '<item><guid>1</guid><description><a title="1 < 2 < 3">x</a></description></item>';
    expect((await readFirst(channel(few))).html).toBe('<a title="1 < 2 < 3">x</a>');
  });
});
