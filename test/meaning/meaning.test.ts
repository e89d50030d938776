import { expect, test } from "vitest";
import { type RawEntry } from "../../src/feed/entry.ts";
import { understandEntries } from "../../src/feed/authors.ts";
import { meaningKept } from "../../src/feed/meaning.ts";
import { documentOf, entry, longText } from "../identity/documents.ts";

/** What an entry means, by the way it takes when a document is recorded. */
function meaning(values: Partial<RawEntry>): string {
  const [read] = documentOf([entry(1, values)]).entries;
  if (read === undefined) throw new Error("no entry");
  const [known] = understandEntries([read.entry], new Set());
  return meaningKept(read.meaning, known?.protected === true);
}

const title = (titleRaw: string): Partial<RawEntry> => ({ titleRaw });
const html = (text: string): Partial<RawEntry> => ({ html: text });
const long = Array.from({ length: 60 }, (_, i) => longText(`Part ${"abcdefghij".charAt(i % 10)}${String(i)}q`)).join(
  " ",
);

test.each<readonly [string, Partial<RawEntry>, Partial<RawEntry>]>([
  ["case and spaces of a title", title("Hello  World"), title("hello world")],
  ["punctuation of a title", title("“Hello” – World!"), title("Hello, World")],
  ["a way to write the same letters", title("Cafe\u0301 ﬁve"), title("Café five")],
  ["how many commented, in a title", title("Ask us (12 comments)"), title("Ask us (345 comments)")],
  ["entities", html("<p>Tom &amp; Jerry&#8217;s day</p>"), html("<p>Tom & Jerry’s day</p>")],
  ["markup", html("<p>One <b>two</b> three</p>"), html("<div>One two <a href='/x'>three</a></div>")],
  ["pictures", html("<p>One</p>"), html("<img src='https://example.org/1.png' alt='A cat'><p>One</p>")],
  ["where a link leads", html("<a href='https://a.example/'>One</a>"), html("<a href='https://b.example/'>One</a>")],
  [
    "what follows the question mark of an address",
    html("See https://a.example/x?utm_source=rss&n=1 there"),
    html("See https://a.example/x?n=2 there"),
  ],
  [
    "numbers of a text",
    html("<p>Read 1,024 times since 2024-01-02</p>"),
    html("<p>Read 2048 times since 2024-03-04</p>"),
  ],
  ["one comment or two", html("<p>Post. 1 comment</p>"), html("<p>Post. 27 comments</p>")],
  ["views in thousands", html("<p>Post. 900 views</p>"), html("<p>Post. 1.2k views</p>")],
  ["how long ago", html("<p>Post. 5 minutes ago</p>"), html("<p>Post. 2 days ago</p>")],
  ["how long it is to read", html("<p>3 min read. Post.</p>"), html("<p>4 minute read. Post.</p>")],
  ["what stands far behind", html(`<p>${long}</p>`), html(`<p>${long} And one thing more.</p>`)],
  [
    "a date",
    { publishedAt: "2024-01-01T00:00:00Z" },
    { publishedAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-02T00:00:00Z" },
  ],
  ["guid and link", { guid: "a", link: "https://a.example/1" }, { guid: "b", link: "https://b.example/1" }],
  ["who wrote it", { authorRaw: "Ada" }, { authorRaw: "Grace" }],
  [
    "the form of a protected post",
    html("<form class='post-password-form'>This is protected: <input></form>"),
    html("<form class='post-password-form'>Enter your password, please: <input></form>"),
  ],
  ["nothing in a text without words", html("<p>…</p>"), html("")],
])("%s: no change", (_what, one, other) => {
  expect(meaning(one)).toBe(meaning(other));
});

test.each<readonly [string, Partial<RawEntry>, Partial<RawEntry>]>([
  ["a typo in a title", title("Helo world"), title("Hello world")],
  ["a number in a title", title("Release 1.2"), title("Release 1.3")],
  ["a language in a title", title("Learning C++"), title("Learning C#")],
  ["a title that begins to be there", title(""), title("Hello")],
  ["a picture in a title", title("Done ✅"), title("Done ❌")],
  ["words in another order", title("Man bites dog"), title("Dog bites man")],
  ["a title in Japanese", title("新しい記事"), title("古い記事")],
  ["a typo at the beginning of a text", html(`<p>Teh beginning. ${long}</p>`), html(`<p>The beginning. ${long}</p>`)],
  ["a note on top", html("<p>Body.</p>"), html("<p><b>Update:</b> withdrawn.</p><p>Body.</p>")],
  ["a beginning that becomes a text", html("<p>In short.</p>"), html("<p>In short.</p><p>And now at length.</p>")],
  ["a word for another", html("<p>It is safe.</p>"), html("<p>It is unsafe.</p>")],
  ["a text that is taken away", html("<p>It was here.</p>"), html("")],
  [
    "a protected post that opens",
    { titleRaw: "Protected: Secret", html: "<form class='post-password-form'><input></form>" },
    { titleRaw: "Secret", html: "<p>So this is it.</p>" },
  ],
  [
    "a protected post that opens under the same title",
    { titleRaw: "Secret", html: "<form class='post-password-form'><input></form>" },
    { titleRaw: "Secret", html: "<p>So this is it.</p>" },
  ],
])("%s: a change", (_what, one, other) => {
  expect(meaning(one)).not.toBe(meaning(other));
});

test("a fingerprint is short, and holds nothing that parts it from others where it is kept", () => {
  expect(meaning({})).toMatch(/^[\w-]{8}\.[\w-]{8}$/);
  expect(meaning(html("<form class='post-password-form'>"))).toMatch(/^[\w-]{8}\.protected$/);
});

test("a text of one endless word, and one of nothing but marks, cost no more than others", () => {
  const startedMs = performance.now();
  for (const text of ["a".repeat(20_000), "1".repeat(20_000), "1.".repeat(10_000), "http://a?".repeat(3000)])
    meaning(html(text));
  expect(performance.now() - startedMs).toBeLessThan(2000);
});
