import { expect, test } from "vitest";
import { readEntries } from "../oracle/read.ts";
import { numbered, rss } from "../support/rss.ts";
import type { TranscriptEntry } from "../support/transcript.ts";
import { compare, mayBeSilent } from "./compare.ts";
import { growing, lastLink, withLastEntry } from "./documents.ts";

const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>é</title>
<entry><id>3</id><title>c</title><link href="http://a.example/3"/><updated>2020-01-03T00:00:00Z</updated></entry>
<entry><id>1</id><title>a</title><link href="http://a.example/1"/><updated>2020-01-01T00:00:00Z</updated></entry>
<entry><id>2</id><title>b</title><link href="http://a.example/2"/><updated>2020-01-02T00:00:00Z</updated></entry>
</feed>`;

function posted(title: string, url: string): TranscriptEntry {
  return { entry: title, feed: "", author: "", title, url, publishedAt: null };
}

const first = readEntries(Buffer.from(rss([numbered(1)])));
const second = readEntries(Buffer.from(rss([numbered(3), numbered(2), numbered(1)])));
const two = posted("Post 2", "http://planet.example/posts/2");
const three = posted("Post 3", "http://planet.example/posts/3");

test("a document grows from its oldest half, by date, in its own bytes", () => {
  const states = growing(Buffer.from(atom));
  expect(states.map((state) => readEntries(state).map(({ guid }) => guid))).toEqual([
    ["1", "2"],
    ["3", "1", "2"],
  ]);
  expect(states.at(-1)?.toString("utf8")).toBe(atom);
});

test.each([atom, rss([numbered(1)]), rss([]), `<rdf:RDF xmlns:rdf="r"><channel/><item rdf:about="1"/></rdf:RDF>`])(
  "the last entry stands first in %#",
  (document) => {
    expect(readEntries(withLastEntry(Buffer.from(document)))[0]).toMatchObject({
      guid: lastLink,
      link: lastLink,
    });
  },
);

test("a transcript with every entry once and in order has no fault", () => {
  expect(compare([first, second], [two, three])).toMatchObject({
    decisions: [{ posted: true }, { posted: true }],
    strays: [],
    outOfOrder: [],
  });
});

test("a loss, a repeat, an old entry and a wrong order are each seen", () => {
  expect(compare([first, second], [two]).decisions.map((decision) => decision.posted)).toEqual([false, true]);
  expect(compare([first, second], [two, three, two]).strays).toMatchObject([{ kind: "repeated" }]);
  expect(compare([first, second], [posted("Post 1", "http://planet.example/posts/1")]).strays).toMatchObject([
    { kind: "unexpected" },
  ]);
  expect(compare([first, second], [three, two]).outOfOrder).toHaveLength(1);
});

test("entries that share a link are told apart by their titles, without the author in front", () => {
  const link = "http://planet.example/all";
  const shared = readEntries(
    Buffer.from(rss([numbered(2, { link, title: "Ada: Two &amp; more" }), numbered(3, { link, title: "Ada: Three" })])),
  );
  expect(compare([[], shared], [posted("Three", link)]).decisions.map((decision) => decision.posted)).toEqual([
    false,
    true,
  ]);
});

test("silence is allowed about a moved entry, not about another of the same title, nor while both are there", () => {
  const moved = numbered(1, { guid: "new", link: "http://moved.example/1" });
  const namesake = numbered(2, { title: "Post 1" });
  const silent = [[moved], [namesake], [moved, numbered(1)]].map((items) => {
    const [decision] = compare([first, readEntries(Buffer.from(rss(items)))], []).decisions;
    return decision !== undefined && mayBeSilent(decision.expected);
  });
  expect(silent).toEqual([true, false, false]);
});
