import { describe, expect, test } from "vitest";
import { parseFeed } from "../../src/feed/parse/parse.ts";
import { atomOf, fixture, parse, read, readFirst, rssOf, titles } from "./reading.ts";

const good = rssOf("<title>Good</title><guid>1</guid>");

describe("what stands around a feed does not matter", () => {
  test.each([
    ["white space", `\n\n  ${good}`],
    ["two byte order marks", `\ufeff\ufeff${good}`],
    [
      "a warning of PHP",
      `<br />\n<b>Warning</b>: Undefined variable in <b>/srv/feed.php</b> on line <b>3</b><br />\n${good}`,
    ],
    ["a second prolog", `<?xml version="1.0"?>${good}`],
    [
      "a document type",
      good.replace("<rss", '<!DOCTYPE rss SYSTEM "https://dtd.example/x.dtd" [<!ENTITY a "<rss>">]><rss'),
    ],
    ["a long document type", `<!DOCTYPE rss [${'<!ENTITY a "b">'.repeat(6_000)}]>${good}`],
    ["a comment", `<!-- <feed> -->${good}`],
    ["a document type of a page", good.replace("<rss", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><rss')],
    ["a last bracket that is missing", good.slice(0, -1)],
    ["text behind", `${good}\n</html> served in 3 ms`],
    ["the same feed again", good + good],
  ])("%s", async (_, document) => {
    expect(await read(document)).toMatchObject({ whole: true, entries: [{ titleRaw: "Good", guid: "1" }] });
  });
});

describe("what is no XML is made XML, and nothing is lost by it", () => {
  test.each([
    ["a bare ampersand", "Tom & Jerry, Q&A; AT&T", "Tom & Jerry, Q&A; AT&T"],
    ["HTML entities", "caf&eacute;&nbsp;&hellip;", "café …"],
    ["entities nobody knows", "&unheard; of", "&unheard; of"],
    ["angle brackets", "a < b and c <3", "a < b and c <3"],
    ["references to no characters", "a&#0;b&#11;c&#xFFFF;d", "abcd"],
    ["a surrogate pair in two references", "x &#55357;&#56832;", "x 😀"],
    ["control characters", "a\u0000b\u000bc\u001bd\uffff", "abcd"],
    ["inline markup", "An <i>inline</i> <br>title", "An inline title"],
    ["a comment", "with <!-- no --> comment", "with comment"],
    ["CDATA with an end inside", "<![CDATA[a ]]]]><![CDATA[> b]]>", "a ]]> b"],
  ])("%s", async (_, written, shown) => {
    const document = rssOf(`<title>${written}</title><guid>1</guid>`);
    expect(await read(document)).toMatchObject({ whole: true, entries: [{ titleRaw: shown, guid: "1" }] });
  });

  test("markup that is not closed stays inside its element", async () => {
    const entry = await readFirst(rssOf("<description>one<br>two <b>bold <i>both</b></description><guid>1</guid>"));
    expect(entry).toMatchObject({ html: "one<br>two <b>bold <i>both</b>", guid: "1" });
  });

  test("an unquoted attribute costs no entry", async () => {
    const { entries } = await read(atomOf("<title type=html>T</title>"));
    expect(entries).toMatchObject([{ guid: "e1", titleRaw: "T" }]);
  });
});

describe("a broken entry costs at most itself", () => {
  const item = (n: number): string =>
    `<item><title>Number ${n}</title><guid>${n}</guid><link>https://one.example/${n}</link></item>`;
  const feed = (...items: string[]): string =>
    `<rss version="2.0"><channel><title>C</title>${items.join("")}</channel></rss>`;

  test("a misspelled end tag", async () => {
    const broken = item(2).replace("</title>", "</titel>");
    const document = await read(feed(item(1), broken, item(3)));
    expect(document.entries.map((entry) => entry.titleRaw)).toEqual(["Number 1", "Number 2", "Number 3"]);
    expect(document).toMatchObject({
      title: "C",
      whole: false,
      entries: [{}, { guid: "2", link: "https://one.example/2" }, {}],
    });
  });

  test("an end tag of nothing", async () => {
    expect(await titles(feed(item(1), item(2).replace("<guid>", "</div><guid>"), item(3)))).toEqual([
      "Number 1",
      "Number 2",
      "Number 3",
    ]);
  });

  test("a title that is never closed, though there are end tags enough", async () => {
    const open = item(1).replace("</title>", " <b>");
    const odd = item(2).replace("</title>", "</title></title>");
    const { entries } = await read(feed(open, odd, item(3)));
    expect(entries).toEqual(expect.arrayContaining([expect.objectContaining({ guid: "2", titleRaw: "Number 2" })]));
  });

  test("an element that is never closed", async () => {
    const entries = await titles(feed(item(1), item(2).replace("</link>", ""), item(3)));
    expect(entries).toContain("Number 1");
    expect(entries).toContain("Number 3");
  });
});

describe("a document that was cut", () => {
  const whole = fixture("planet-colon.rss.xml").toString();

  test("yields its complete entries wherever it was cut, and says that it is not whole", async () => {
    const ends = [...whole.matchAll(/<\/item>/g)].map((match) => match.index + "</item>".length);
    expect(ends).toHaveLength(7);
    for (let cut = ends[0] ?? 0; cut < whole.length - 8; cut += 97) {
      const document = await read(whole.slice(0, cut));
      expect({ cut, count: document.entries.length }).toEqual({ cut, count: ends.filter((end) => end <= cut).length });
      expect(document.whole).toBe(false);
    }
  });

  test("is cut in the same way in Atom, inside CDATA and inside a comment", async () => {
    const atom = fixture("xhtml.atom.xml").toString();
    expect(await titles(atom.slice(0, atom.indexOf("</feed>")))).toEqual(["On order & <b>", "Plain <T> & more"]);
    const open = `<rss version="2.0"><channel><item><guid>1</guid></item><item><description>`;
    expect((await read(`${open}<![CDATA[never`)).entries).toHaveLength(1);
    expect((await read(`${open}<!-- never`)).entries).toHaveLength(1);
  });

  test("is not misled by tags inside the CDATA section in which it was cut", async () => {
    const cut = `<rss version="2.0"><channel><item><guid>1</guid></item><item><guid>2</guid><description><![CDATA[how to close an </item> in`;
    expect((await read(cut)).entries.map((entry) => entry.guid)).toEqual(["1"]);
  });

  test("yields the complete items of a JSON Feed, whatever their texts contain", async () => {
    const item = (id: number): string =>
      JSON.stringify({ id: String(id), content_text: 'a "quoted" } \\\\ ] text', tags: [{ deep: ["}"] }] });
    const json = `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[${item(1)},${item(2)}],"author":{}}`;
    const ends = [json.indexOf(item(1)) + item(1).length, json.indexOf(item(2)) + item(2).length];
    for (let cut = ends[0] ?? 0; cut < json.length; cut += 1) {
      const { entries, whole } = await read(json.slice(0, cut));
      expect({ cut, count: entries.length, whole }).toEqual({
        cut,
        count: ends.filter((end) => end <= cut).length,
        whole: false,
      });
    }
    expect(await parse(json.slice(0, (ends[0] ?? 0) - 1))).toMatchObject({ kind: "not-a-feed" });
    expect((await read(json)).whole).toBe(true);
  });

  test("is not taken for an empty feed when no entry is complete", async () => {
    const outcome = await parse(whole.slice(0, whole.indexOf("</item>")));
    expect(outcome).toMatchObject({
      kind: "not-a-feed",
      reason: expect.stringContaining("cut on its way"),
      html: null,
    });
  });

  test("is not whole when its reader was cut short, even if all of it is there", async () => {
    const outcome = await parseFeed(Buffer.from(whole), { url: "https://x.example/", contentType: "", whole: false });
    expect(outcome).toMatchObject({ kind: "feed", document: { whole: false } });
    expect((await read(whole)).whole).toBe(true);
  });
});
