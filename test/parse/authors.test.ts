import { describe, expect, test } from "vitest";
import { understandEntries } from "../../src/feed/authors.ts";
import type { Entry, RawEntry } from "../../src/feed/entry.ts";
import { foldName } from "../../src/feed/names.ts";
import { fixture, read } from "./reading.ts";

const nothing = {
  guid: "",
  link: "",
  authorRaw: "",
  sourceRaw: "",
  publishedAt: null,
  updatedAt: null,
  html: "",
  image: "",
  imageAlt: "",
};

function entry(titleRaw: string, more: Partial<RawEntry> = {}): RawEntry {
  return { ...nothing, titleRaw, ...more };
}

function understand(titles: readonly string[], known: readonly string[] = []): string[] {
  return understandEntries(
    titles.map((title) => entry(title)),
    new Set(known.map(foldName)),
  ).map(short);
}

function short({ author, source, title }: Entry): string {
  return [author, source, title].join(" | ");
}

describe("a planet whose titles name its members", () => {
  test("gives each entry its author and a title without the name", async () => {
    const { entries } = await read(fixture("planet-colon.rss.xml"));
    expect(understandEntries(entries, new Set()).map(short)).toEqual([
      "Paul E. Mc Kenney |  | Stupid barriers: part two",
      "Dave Airlie |  | Drivers in spring",
      "Paul E. Mc Kenney |  | Notes for friends",
      "Dave Airlie |  | Re: Drivers in winter",
      " |  | C++: the untold parts",
      "Zoë Ångström |  | Hello, planet",
      "Paul E. Mc Kenney |  | Stupid barriers",
    ]);
  });

  test.each([[" - "], [" – "], [" — "], [": "]])("may use %j", (separator) => {
    const titles = ["Ada Byron|One: more", "Grace Hopper|Two - more", "Ada Byron|Three", "Alan T.|Four"].map((it) =>
      it.replace("|", separator),
    );
    expect(understand(titles)).toEqual([
      "Ada Byron |  | One: more",
      "Grace Hopper |  | Two - more",
      "Ada Byron |  | Three",
      "Alan T. |  | Four",
    ]);
  });

  test("is known by its members when too few entries are left to show it", () => {
    expect(understand(["Ada Byron: One"])).toEqual([" |  | Ada Byron: One"]);
    expect(understand(["Ada Byron: One"], ["ADA BYRON"])).toEqual(["Ada Byron |  | One"]);
  });

  test("takes only members it knows where many titles have no name", () => {
    const titles = ["Ada: One", "Grace: Two", "Ada: Three", "Grace: Four", "Plain", "Another", "Recipe: soup"];
    expect(understand(titles)).toEqual([
      "Ada |  | One",
      "Grace |  | Two",
      "Ada |  | Three",
      "Grace |  | Four",
      " |  | Plain",
      " |  | Another",
      " |  | Recipe: soup",
    ]);
  });

  test("does not take kinds of title, times, addresses and versions for names", () => {
    const kinds = [
      "Re: x",
      "Protected - x",
      "12:30: x",
      "https://a.example: x",
      "C++: x",
      "Episode 12: x",
      "3.14: x",
      "Update: x",
      "#12: x",
    ];
    const known = [
      "Ada: 1",
      "Grace: 2",
      "Ada: 3",
      "Grace: 4",
      ...Array.from({ length: 40 }, (_, i) => `Ada: more ${i}`),
    ];
    const shown = understand([...known, ...kinds]).slice(known.length);
    expect(shown.map((line) => line.slice(0, 3))).toEqual(kinds.map(() => " | "));
  });
});

describe("a blog that is no planet", () => {
  test.each([
    ["topics of one author", ["Rust: a", "Python: b", "Rust: c", "Python: d"], () => "Ada"],
    [
      "topics shared by authors",
      ["Rust: a", "Rust: b", "Python: c", "Python: d"],
      (i: number) => (i % 2 === 0 ? "Ada" : "Grace"),
    ],
  ])("keeps its titles: %s", (_, titles, author) => {
    const entries = titles.map((title, i) => entry(title, { authorRaw: author(i) }));
    expect(understandEntries(entries, new Set()).map((it) => it.title)).toEqual(titles);
  });

  test("keeps the name of a series that its author writes among other posts", () => {
    const series = ["News of the week - 7 May", "News of the week - 30 April", "News of the week - 23 April"];
    const entries = [
      ...series.map((title) => entry(title, { authorRaw: "Ada" })),
      entry("Partitions", { authorRaw: "Grace" }),
    ];
    expect(understandEntries(entries, new Set()).map((it) => it.title)).toEqual([...series, "Partitions"]);
    expect(understandEntries(entries.slice(0, 3), new Set()).map((it) => it.title)).toEqual(series);
  });

  test.each([
    [
      "few prefixes that recur",
      ["Alpha: a", "Alpha: b", "Beta: c", "Gamma: d", "Delta: e", "Epsilon: f", "One", "Two", "Three"],
    ],
    ["colons here and there", ["One: a", "Two", "Three: b", "Four", "Five"]],
    [
      "colons that never recur",
      ["Why we rewrote it: a story", "The end of tape: thoughts", "Spring: a poem", "On names: part one"],
    ],
    ["two titles", ["Ada: a", "Ada: b"]],
  ])("keeps its titles: %s", (_, titles) => {
    expect(understand(titles)).toEqual(titles.map((title) => ` |  | ${title}`));
  });
});

describe("a site whose titles begin with topics", () => {
  const topics = ["Ukraine war: a", "Ukraine war: b", "War in Europe: c", "Ukraine war: d", "War in Europe: e"];
  const names = [
    "Ada Byron: a",
    "Ada Byron: b",
    "Grace B. Hopper: c",
    "Ludwig van Beethoven: d",
    "Guido van Rossum: e",
  ];
  const nicks = ["Ada: a", "Ada: b", "Grace: c", "Ada: d", "Grace: e"];
  const on = (titles: readonly string[], linkOf: (n: number) => string): RawEntry[] =>
    titles.map((title, n) => entry(title, { link: linkOf(n) }));
  const own = (n: number): string => `https://www.news.example/${n}`;
  const members = ["https://war.example/", "https://peace.example/"];
  const site = { title: "News", siteUrl: "https://news.example/" };
  const authors = (entries: readonly RawEntry[], feed = site): string[] =>
    understandEntries(entries, new Set(), feed).map((it) => it.author);

  test("names nobody where its entries are its own pages", () => {
    expect(authors(on(topics, own))).toEqual(["", "", "", "", ""]);
    expect(authors(on(nicks, own))).toEqual(["", "", "", "", ""]);
  });

  test("names nobody where a topic stands before pages of many sites", () => {
    expect(authors(on(topics, (n) => `https://site${n}.example/`))).toEqual(["", "", "", "", ""]);
  });

  test("is a planet where each prefix has its place elsewhere", () => {
    const elsewhere = on(topics, (n) => members[topics[n]?.startsWith("War") === true ? 1 : 0] ?? "");
    expect(authors(elsewhere)).toEqual(["Ukraine war", "Ukraine war", "War in Europe", "Ukraine war", "War in Europe"]);
  });

  test("is a planet where what stands before its own pages is written like names", () => {
    expect(authors(on(names, own))).toEqual(names.map((title) => title.slice(0, title.indexOf(":"))));
  });

  test("is a planet with nicknames where it says that it is one", () => {
    const planet = { ...site, title: "Planète News" };
    expect(authors(on(nicks, own), planet)).toEqual(["Ada", "Ada", "Grace", "Ada", "Grace"]);
    expect(authors(on(topics, own), planet)).toEqual(["", "", "", "", ""]);
  });

  test.each([
    ["https://news.co.uk/", "https://sport.news.co.uk/1", false],
    ["https://news.co.uk/", "https://other.co.uk/1", true],
    ["http://127.0.0.1:8080/", "http://127.0.0.1:8080/1", false],
    ["http://127.0.0.1/", "http://127.0.0.2/1", true],
    ["not a URL", "https://news.example/1", true],
  ])("of %s the page %s lies elsewhere: %s", (siteUrl, link, isElsewhere) => {
    expect(
      authors(
        on(nicks, () => link),
        { title: "News", siteUrl },
      )[0] === "Ada",
    ).toBe(isElsewhere);
  });
});

describe("author and source", () => {
  test("a blog's name in the title stands beside the author whom the entry names", async () => {
    const { entries } = await read(fixture("planet-blogs.rdf.xml"));
    expect(understandEntries(entries, new Set()).map(short)).toEqual([
      "Ines Weber | Workshop Team Blog | Opening hours: changed",
      "Omar Haddad | Workshop Team Blog | A new lathe",
      "Ruth Okafor |  | Dovetails by hand",
      "Ines Weber | Workshop Team Blog | Thanks",
    ]);
  });

  test("the source element is shown where it says more than the author, and stands in for a missing one", () => {
    const [first, second, third] = understandEntries(
      [
        entry("A", { authorRaw: "Ada", sourceRaw: "Ada's Notes" }),
        entry("B", { authorRaw: "Ada Byron", sourceRaw: "ada byron" }),
        entry("C", { sourceRaw: "Ada's Notes" }),
      ],
      new Set(),
    ).map(short);
    expect([first, second, third]).toEqual(["Ada | Ada's Notes | A", "Ada Byron |  | B", "Ada's Notes |  | C"]);
  });

  test("the author of the feed does not hide the members of a planet", async () => {
    const items = ["Ada: One", "Grace: Two", "Ada: Three"].map(
      (title) => `<entry><id>${title}</id><title>${title}</title></entry>`,
    );
    const { entries } = await read(
      `<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Planet</name></author>${items.join("")}</feed>`,
    );
    expect(understandEntries(entries, new Set()).map((it) => it.author)).toEqual(["Ada", "Grace", "Ada"]);
  });
});

describe("posts behind a password", () => {
  test("are known by their title, in several languages, and lose the mark", () => {
    const titles = ["Protected: A", "Geschützt: B", "Protégé : C", "保護中: D", "Protected species: E"];
    const understood = understandEntries(
      titles.map((title) => entry(title)),
      new Set(),
    );
    expect(understood.map((it) => [it.protected, it.title])).toEqual([
      [true, "A"],
      [true, "B"],
      [true, "C"],
      [true, "D"],
      [false, "Protected species: E"],
    ]);
  });

  test("are known by the form in place of the text", async () => {
    const { entries } = await read(fixture("planet-colon.rss.xml"));
    const bare = entries.map((it) => ({ ...it, titleRaw: it.titleRaw.replace("Protected: ", "") }));
    expect(understandEntries(bare, new Set()).map((it) => it.protected)).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
