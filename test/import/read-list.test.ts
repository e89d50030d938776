import * as fc from "fast-check";
import { parseOpml } from "feedsmith";
import { describe, expect, test } from "vitest";
import { MOST_FEEDS, MOST_LIST_BYTES } from "../../src/import/list-limits.ts";
import { type FeedList, readList, readLongList } from "../../src/import/read-list.ts";
import { settingsInFile } from "../../src/import/settings-in-file.ts";
import { writeOpml } from "../../src/import/write-opml.ts";

function read(text: string | Buffer, contentType = ""): FeedList {
  const list = readList(Buffer.from(text), contentType);
  if (list.kind !== "list") throw new Error(list.reason);
  return list;
}

function urls(text: string | Buffer, contentType = ""): string[] {
  return read(text, contentType).feeds.map((feed) => feed.url);
}

function refusal(text: string | Buffer): string {
  const list = readList(Buffer.from(text), "");
  return list.kind === "none" ? list.reason : "it was read";
}

const opml = (body: string): string =>
  `<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>${body}</body></opml>`;

describe("an OPML file is read as readers write it:", () => {
  test("nested folders, counted and passed over", () => {
    const text = opml(
      `<outline text="News"><outline text="Deep"><outline type="rss" text="A" xmlUrl="https://a.example/f"/></outline></outline>` +
        `<outline text="B" title="Bee" xmlUrl="https://b.example/f"></outline>`,
    );
    expect(read(text)).toEqual({
      kind: "list",
      feeds: [
        { url: "https://a.example/f", title: "A", settings: "" },
        { url: "https://b.example/f", title: "Bee", settings: "" },
      ],
      leftOut: { folders: 2, duplicates: 0, includes: 0, unusable: 0, beyond: 0 },
    });
  });

  test.each([
    ["the address in lower case", `<outline type="rss" xmlurl="https://a.example/f"/>`],
    ["the address in upper case", `<OUTLINE TYPE="rss" XMLURL="https://a.example/f"/>`],
    ["no type", `<outline text="A" xmlUrl="https://a.example/f"/>`],
    ["single quotes", `<outline text='A' xmlUrl='https://a.example/f'/>`],
    ["no quotes", `<outline text=A xmlUrl=https://a.example/f />`],
    ["no quotes and no space before the end", `<outline xmlUrl=https://a.example/f/>`],
    ["the address of a link", `<outline type="rss" text="A" url="https://a.example/f"/>`],
    ["feed:// for the scheme", `<outline xmlUrl="feed://a.example/f"/>`],
    ["feed: before the scheme", `<outline xmlUrl="feed:https://a.example/f"/>`],
    ["a prefix", `<o:outline xmlUrl="https://a.example/f"/>`],
    ["line breaks in a tag", `<outline\n  text="A"\n  xmlUrl="https://a.example/f"\n/>`],
    ["a < in a title", `<outline text="a < b" xmlUrl="https://a.example/f"/>`],
    ["a > in a title", `<outline text="a > b" xmlUrl="https://a.example/f"/>`],
    ["a tag that is never closed", `<outline text="x"><outline xmlUrl="https://a.example/f">`],
    ["white space around the address", `<outline xmlUrl="  https://a.example/f\n"/>`],
    [
      "a comment with an address",
      `<!-- <outline xmlUrl="https://b.example/"/> --><outline xmlUrl="https://a.example/f"/>`,
    ],
    ["a comment that is never closed", `<outline xmlUrl="https://a.example/f"/><!-- and so on`],
  ])("%s", (_, body) => {
    expect(urls(opml(body)).map((url) => url.replace(/^http:/, "https:"))[0]).toMatch(/^https:\/\/a\.example\/f\/?$/);
    expect(urls(opml(body))).toHaveLength(1);
  });

  test("the end missing, and everything around the outlines", () => {
    expect(urls(`<opml><body><outline xmlUrl="https://a.example/f"/><outline xmlUrl="https://b.exa`)).toEqual([
      "https://a.example/f",
    ]);
    expect(urls(`<outline xmlUrl="https://a.example/f"/>`)).toEqual(["https://a.example/f"]);
    expect(urls(`Warning: something in line 3\n${opml(`<outline xmlUrl="https://a.example/f"/>`)}`)).toHaveLength(1);
  });

  test("references, raw ampersands, HTML's names", () => {
    const list = read(
      opml(`<outline text="it&rsquo;s &eacute; &amp; more" xmlUrl="https://a.example/f?x=1&y=2&amp;z=3"/>`),
    );
    expect(list.feeds).toEqual([{ url: "https://a.example/f?x=1&y=2&z=3", title: "it’s é & more", settings: "" }]);
  });

  test.each([
    ["a byte order mark", Buffer.from(`\ufeff${opml(`<outline text="é" xmlUrl="https://a.example/f"/>`)}`)],
    ["UTF-16", Buffer.from(`\ufeff${opml(`<outline text="é" xmlUrl="https://a.example/f"/>`)}`, "utf16le")],
    [
      "windows-1252, declared",
      Buffer.from(
        `<?xml version="1.0" encoding="windows-1252"?><opml><body><outline text="é" xmlUrl="https://a.example/f"/></body></opml>`,
        "latin1",
      ),
    ],
  ])("in %s", (_, bytes) => {
    expect(read(bytes).feeds).toEqual([{ url: "https://a.example/f", title: "é", settings: "" }]);
  });

  test("duplicates, lists within the list, comments and what has no address are left out and counted", () => {
    const { feeds, leftOut } = read(
      opml(
        `<outline xmlUrl="https://a.example/f"/><outline xmlUrl="http://a.example/f"/><outline xmlUrl="https://a.example/f#x"/>` +
          `<outline type="include" url="https://b.example/list.opml"/><outline type="link" url="https://c.example/more.opml"/>` +
          `<outline text="nothing"/><outline xmlUrl="javascript:alert(1)"/><outline isComment="true" xmlUrl="https://d.example/"/>`,
      ),
    );
    expect(feeds.map((feed) => feed.url)).toEqual(["https://a.example/f"]);
    expect(leftOut).toEqual({ folders: 0, duplicates: 2, includes: 2, unusable: 2, beyond: 0 });
  });

  test("as many as there may be, and no more", () => {
    const many = Array.from(
      { length: MOST_FEEDS + 7 },
      (__, i) => `<outline xmlUrl="https://a.example/${String(i)}"/>`,
    );
    const { feeds, leftOut } = read(opml(many.join("\n")));
    expect(feeds).toHaveLength(MOST_FEEDS);
    expect(leftOut.beyond).toBe(7);
  });
});

test("a plain list of addresses is read, one a line, whatever stands around them", () => {
  const text =
    "\ufeff# mine\nhttps://a.example/f\r\n\r\n<https://b.example/f>\nc.example/feed\nDee, https://d.example/f\n";
  expect(urls(text)).toEqual([
    "https://a.example/f",
    "https://b.example/f",
    "https://c.example/feed",
    "https://d.example/f",
  ]);
});

describe("what is no list is refused in words that say what it is:", () => {
  test.each([
    ["a feed", `<rss version="2.0"><channel><title>x</title></channel></rss>`, "It is a feed itself"],
    ["a page", "<!doctype html><html><body>hello</body></html>", "It is a web page"],
    ["JSON", `{"feeds": []}`, "neither OPML nor a list"],
    ["prose", "Dear all,\nthis is a letter\nwith https://a.example/ in it\nand no list.", "neither OPML nor a list"],
    ["nothing", "  \n", "It is empty"],
    ["OPML without feeds", opml(`<outline text="a"/>`), "It names no feed"],
    ["only other lists", opml(`<outline type="include" url="https://a.example/x.opml"/>`), "import those themselves"],
    ["bytes", Buffer.from([0, 1, 2, 255, 254, 7]), "neither OPML nor a list"],
  ])("%s", (_, text, words) => {
    expect(refusal(text)).toContain(words);
  });

  test("too much", () => {
    expect(refusal(Buffer.alloc(MOST_LIST_BYTES + 1, 32))).toContain("larger than 2 MB");
    expect(refusal(Buffer.alloc(MOST_LIST_BYTES, 32))).toContain("empty");
  });
});

const title = fc.string({ unit: "binary", minLength: 1, maxLength: 60 });
const address = fc.webUrl({ withQueryParameters: true });
const rules = fc.record({ include: fc.array(title, { maxLength: 4 }), exclude: fc.array(title, { maxLength: 4 }) });
const settings = fc.record({
  filter: fc.record({ authors: rules, words: rules }),
  style: fc.constantFrom("full", "compact", "title"),
  images: fc.boolean(),
});

describe("properties", () => {
  test("what is exported is read again: addresses and settings to the letter, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ url: address, title, settings }), {
          selector: ({ url }) => new URL(url).href.replace(/^http:/, "https:"),
          maxLength: 20,
          minLength: 1,
        }),
        (feeds) => {
          const text = writeOpml({ title: "x", createdAt: new Date(0) }, feeds);
          const back = read(text).feeds;
          expect(back.map((feed) => feed.url)).toEqual(feeds.map((feed) => new URL(feed.url).href));
          expect(back.map((feed) => JSON.parse(feed.settings) as unknown)).toEqual(feeds.map((feed) => feed.settings));
          expect(back.map((feed) => settingsInFile(feed.settings))).toMatchObject(feeds.map((feed) => feed.settings));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("what is exported is OPML to others: feedsmith reads the same addresses", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ url: address, title, settings }), { minLength: 1, maxLength: 10 }), (feeds) => {
        const parsed = parseOpml(writeOpml({ title: "<&x", createdAt: new Date(0) }, feeds));
        expect(parsed.body?.outlines?.map((one) => one.xmlUrl)).toEqual(feeds.map((feed) => feed.url));
      }),
      { numRuns: 100 },
    );
  });

  const piece = fc.constantFrom(
    "<opml>",
    "<outline",
    " xmlUrl=",
    '"',
    "'",
    "https://a.example/",
    "/>",
    ">",
    "</outline>",
    "<!--",
    "-->",
    "&amp;",

    "&",
    "<![CDATA[",
    "]]>",
    "\n",
    "planetwire:settings=",
    "{",
    "<",
    "=",
    "\u0000",
    "\ud800",
    "<outline xmlUrl='https://x.example/",
    "é",
  );

  test("no text makes it throw, or take long", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { settings } of feedsOf(pieces.join(""))) settingsInFile(settings);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["<outline "],
    ["<outline a="],
    ['<outline a="'],
    ["<!--"],
    ["<![CDATA["],
    ["<outline '\"<"],
    ["a=b\n"],
    ["\n"],
  ])("two megabytes of %j are read in the time of their length", (part) => {
    const startedMs = performance.now();
    readList(Buffer.from(part.repeat(Math.floor(MOST_LIST_BYTES / part.length))), "");
    expect(performance.now() - startedMs).toBeLessThan(8000);
  });

  function feedsOf(text: string): FeedList["feeds"] {
    const list = readList(Buffer.from(text), "text/xml");
    return list.kind === "list" ? list.feeds : [];
  }
});

test("others have their turns while a long list is read", async () => {
  const tags = Array.from({ length: 12_000 }, (_, i) => `<outline xmlUrl="https://a.example/${String(i)}"/>`);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const list = await readLongList(Buffer.from(opml(tags.join("\n"))), "");
  clearInterval(timer);
  expect(list.kind === "list" ? list.feeds.length : 0).toBe(MOST_FEEDS);
  expect(turns).toBeGreaterThan(2);
});

test("settings from a file are taken only in their own form", () => {
  expect(settingsInFile("")).toBeNull();
  expect(settingsInFile("[1]")).toBeNull();
  expect(settingsInFile("{")).toBeNull();
  expect(
    settingsInFile(`{"style":"loud","images":"yes","filter":{"authors":{"include":[1,"Ada"]},"words":7},"x":1}`),
  ).toMatchObject({
    style: "full",
    images: true,
    filter: { authors: { include: ["Ada"], exclude: [] }, words: { include: [], exclude: [] } },
  });
});
