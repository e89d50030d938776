import { describe, expect, test } from "vitest";
import { judge } from "./judge.ts";
import { readEntries, type OracleEntry } from "./read.ts";
import { readXml } from "./xml.ts";

function entry(values: Partial<OracleEntry>): OracleEntry {
  return {
    guid: "",
    link: "",
    title: "",
    content: "",
    dateMs: null,
    startByte: 0,
    endByte: 0,
    ...values,
  };
}

describe("the oracle's reader", () => {
  test("reads an RSS 2.0 item with CDATA, entities and a comment that looks like an item", () => {
    const document =
      Buffer.from(`<?xml version="1.0"?><rss version="2.0" xmlns:content="c"><channel><title>Çelik</title>
      <!-- <item><guid>no</guid></item> -->
      <item><title>Tom &amp; <![CDATA[Jérôme <b>]]></title><guid isPermaLink="false"> g1 </guid><link>http://a.example/?x=1&amp;y=2</link>
      <description>short</description><content:encoded><![CDATA[<p>full</p>]]></content:encoded>
      <pubDate>Thu, 07 Sep 2017 00:00:00 +0000</pubDate></item></channel></rss>`);
    expect(readEntries(document)).toMatchObject([
      {
        guid: "g1",
        link: "http://a.example/?x=1&y=2",
        title: "Tom & Jérôme <b>",
        content: "<p>full</p>",
        dateMs: Date.UTC(2017, 8, 7),
      },
    ]);
  });

  test("reads an Atom entry without taking id, title or link of its source", () => {
    const document = Buffer.from(`<feed xmlns="http://www.w3.org/2005/Atom"><id>feed</id><title>Planet</title><entry>
      <source><id>wrong</id><title>wrong</title><link href="http://wrong.example/"/></source>
      <link rel="enclosure" href="http://wrong.example/a.mp3"/><link href='http://a.example/1'/>
      <id>tag:1</id><title type="xhtml"><div>One <em>two</em> three</div></title><summary>s</summary><updated>2020-01-02T03:04:05Z</updated>
      </entry></feed>`);
    expect(readEntries(document)).toMatchObject([
      {
        guid: "tag:1",
        link: "http://a.example/1",
        title: "One two three",
        content: "s",
        dateMs: Date.UTC(2020, 0, 2, 3, 4, 5),
      },
    ]);
  });
});

describe("the oracle's reader of markup", () => {
  test("reads RSS 1.0 items beside the channel and takes rdf:about for the guid", () => {
    const document = Buffer.from(`<rdf:RDF xmlns:rdf="r"><channel rdf:about="c"><items/></channel>
      <item rdf:about="g1"><title>a</title><link>http://a.example/1</link></item></rdf:RDF>`);
    expect(readEntries(document)).toMatchObject([{ guid: "g1", title: "a", link: "http://a.example/1" }]);
  });

  test("names each entry's own bytes, also behind multi-byte characters", () => {
    const item = "<item><title>ß日本</title></item>";
    const document = Buffer.from(`<rss><channel><title>日本</title>${item}</channel></rss>`);
    const [found] = readEntries(document);
    expect(document.subarray(found?.startByte, found?.endByte).toString("utf8")).toBe(item);
  });

  test.each(["<rss><channel><item></channel></rss>", "<rss><channel><item>", "<html></html>", "no markup"])(
    "refuses %s",
    (text) => {
      expect(() => readEntries(Buffer.from(text))).toThrow();
    },
  );

  test("keeps a > inside an attribute out of the tag's end", () => {
    expect(readXml(Buffer.from(`<a title="x > y"/>`)).attributes.get("title")).toBe("x > y");
  });
});

describe("the oracle's judgement", () => {
  const first = entry({ guid: "1", link: "l1", title: "t1", content: "c1", dateMs: 1 });

  test("expects nothing of the first document and nothing again of what returns", () => {
    expect(judge([[first], [], [first]])).toEqual([]);
  });

  test("expects each new guid once, with the document it came in", () => {
    const second = entry({ guid: "2", link: "l2", title: "t2" });
    expect(judge([[first], [second, first], [second]])).toEqual([{ entry: second, state: 1, doubts: [] }]);
  });

  test("expects every entry after an empty first document", () => {
    expect(judge([[], [first]])).toHaveLength(1);
  });

  test("names what is known of an entry with a new guid", () => {
    const moved = entry({ guid: "9", link: "l9", title: "t1", content: "c1", dateMs: 1 });
    const relinked = entry({ guid: "8", link: "l1", title: "other", content: "c1", dateMs: 1 });
    const namesake = entry({ guid: "7", link: "l7", title: "t1", content: "c7", dateMs: 7 });
    const doubts = [moved, relinked, namesake].map((next) => judge([[first], [next]])[0]?.doubts);
    expect(doubts).toEqual([["known title", "same content", "same date"], ["known link"], ["known title"]]);
  });

  test("says when the known entry of the same title still stands beside it", () => {
    const second = entry({ guid: "2", link: "l2", title: "t1", content: "c1" });
    expect(judge([[first], [second, first]])[0]?.doubts).toEqual([
      "known title",
      "same content",
      "beside its namesake",
    ]);
  });

  test("takes link, or title and content, for an entry without a guid", () => {
    const linked = entry({ link: "l1", title: "a" });
    const bare = entry({ title: "a", content: "x" });
    const changed = entry({ title: "a", content: "y" });
    expect(
      judge([
        [linked, bare],
        [{ ...linked, title: "b" }, bare, changed],
      ]).map((found) => found.entry),
    ).toEqual([changed]);
  });
});
