import { describe, expect, test } from "vitest";
import { parseFeed } from "../../src/feed/parse/parse.ts";
import { atomOf, feedUrl, parse, read, readFirst, rssOf, titles } from "./reading.ts";

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
