import { expect, test } from "vitest";
import type { Entry } from "../../src/feed/entry.ts";
import { summarize } from "../../src/summary/compose.ts";
import { feed } from "../contract/stage.ts";
import { judge } from "./judge.ts";
import { platforms } from "./platforms.ts";
import { readDiscord } from "./read-discord.ts";
import { readMatrix } from "./read-matrix.ts";
import type { Shown } from "./shown.ts";

const html =
  '<p>Of <a href="https://x.example/a">the site</a> and <code>a b</code>: write &lt;p&gt; for a paragraph.</p><p>Another one, longer than that.</p>';

function entryOf(content: string): Entry & { entryId: string } {
  return {
    entryId: "e.1",
    guid: "g",
    link: "https://blog.example/post",
    titleRaw: "A title of words",
    authorRaw: "Ada",
    sourceRaw: "",
    publishedAt: null,
    updatedAt: null,
    html: content,
    imageAlt: "",
    image: "",
    title: "A title of words",
    author: "Ada",
    source: "",
    protected: false,
  };
}

/** Kinds of what is wrong with a post on every platform, after `change` was done to what is seen of it. */
function kindsOf(content: string, excerptChars: number, change: (shown: Shown) => Partial<Shown>): string[][] {
  const entry = entryOf(content);
  const [summary, full] = [excerptChars, 100_000].map((chars) => summarize(entry, { excerptChars: chars }));
  if (summary === undefined || full === undefined) return [];
  return platforms.map(({ render, read }) => {
    const shown = read(render({ kind: "post", feed, summary }));
    return judge({ entry, summary, full, shown: { ...shown, ...change(shown) } }).map(({ kind }) => kind);
  });
}

function everywhere(kinds: readonly string[]): (readonly string[])[] {
  return platforms.map(() => kinds);
}

test("nothing is wrong with a post about HTML, whole or cut", () => {
  for (const chars of [600, 60, 20]) expect(kindsOf(html, chars, () => ({}))).toEqual(everywhere([]));
});

test("nothing is wrong with links to one place under several labels, nor with code that ends with brackets", () => {
  const links = ["https://x.example/a", "x.example/a", "the site"].map(
    (label) => `<p>At <a href="https://x.example/a">${label}</a>.</p>`,
  );
  const content = `${links.join("")}<p><code>go (meson)</code></p><pre>a b (c)</pre>`;
  expect(kindsOf(content, 600, () => ({}))).toEqual(everywhere([]));
  expect(kindsOf(content, 600, () => ({ codes: ["go"] }))).toEqual(everywhere(["code that the post does not have"]));
});

test.each<[string, (shown: Shown) => Partial<Shown>, string]>([
  [
    "a word lost",
    ({ excerpt }) => ({ excerpt: excerpt.replace("Another one", "Another") }),
    "other words than the summary's",
  ],
  [
    "words glued",
    ({ excerpt }) => ({ excerpt: excerpt.replace("the site and", "the siteand") }),
    "other words than the summary's",
  ],
  ["a stray mark", ({ excerpt }) => ({ excerpt: excerpt.replace("Of", "**Of**") }), "other words than the summary's"],
  ["a mention", () => ({ mentions: ["everyone"] }), "a mention"],
  [
    "a link elsewhere",
    ({ links }) => ({ links: [...links, { label: "x", url: "https://evil.example/" }] }),
    "a link that the entry does not have",
  ],
  [
    "a link cut",
    ({ links }) => ({ links: links.map((link) => ({ ...link, label: link.label.replace("the site", "the si") })) }),
    "a link under other words",
  ],
  ["code cut", () => ({ codes: ["a"] }), "code that the post does not have"],
  [
    "a name lost",
    ({ text }) => ({ text: text.replaceAll("Ada", "") }),
    "a title or name that is not shown, or cut inside a word",
  ],
  [
    "a title cut inside a word",
    ({ text }) => ({ text: text.replaceAll("A title of words", "A title of wo…") }),
    "a title or name that is not shown, or cut inside a word",
  ],
  ["a rule broken", () => ({ problems: ["too long"] }), "breaks a rule of the platform"],
])("%s is seen", (_, change, kind) => {
  expect(kindsOf(html, 600, change)).toEqual(everywhere([kind]));
});

test("tags and entities shown where the source means markup are seen, and told from those that it shows itself", () => {
  const leak = "markup shown that the post does not show";
  const say = (words: string) =>
    kindsOf(html, 600, ({ excerpt }) => ({ excerpt: `${excerpt} ${words}` })).map((kinds) =>
      kinds.filter((kind) => kind === leak),
    );
  expect(say("</a>")).toEqual(everywhere([leak]));
  expect(say("&amp;")).toEqual(everywhere([leak]));
  expect(say("<p>")).toEqual(everywhere([]));
  const shownAs = (content: string, excerpt: string, kind: string) =>
    kindsOf(content, 600, () => ({ excerpt })).map((kinds) => kinds.includes(kind));
  const [doubt, twice] = ["an entity that the post itself shows, outside of code", "a post that was escaped twice"];
  expect(shownAs("<p>Write &amp;amp; for it.</p>", "Write &amp; for it.", doubt)).toEqual(platforms.map(() => true));
  expect(shownAs("a &lt;p&gt;post&lt;/p&gt;", "a <p>post</p>", twice)).toEqual(platforms.map(() => true));
  expect(shownAs("<p>a &lt;p&gt;post&lt;/p&gt;</p>", "a <p>post</p>", twice)).toEqual(platforms.map(() => false));
});

test("a text of which nothing is shown is seen", () => {
  expect(kindsOf(html, 600, () => ({ excerpt: "" })).every((kinds) => kinds.includes("nothing shown of a text"))).toBe(
    true,
  );
});

test("HTML that a parser has to forgive is seen, and so are elements that no client shows, and a body that says less", () => {
  const read = (formatted_body: string, body: string) =>
    readMatrix(JSON.stringify({ msgtype: "m.text", body, format: "x", formatted_body, "m.mentions": {} })).problems;
  expect(read("<p>a &#x26; b</p>", "a & b")).toEqual([]);
  expect(read("<p>a &#0; b</p>", "a b")).not.toEqual([]);
  expect(read("<p>a</p></p>", "a")).not.toEqual([]);
  expect(read("<script>a</script>", "a")).toEqual(["<script>"]);
  expect(read('<p class="x">a</p>', "a")).toEqual(["<p class>"]);
  expect(read('<a href="javascript:x">a</a>', "a")).toEqual(["href javascript:x"]);
  expect(read("<p>a b</p>", "a")).toEqual(['the plain body does not say "b"']);
});

test("Markdown that two readers read in two ways is seen, and so is formatting that we never write", () => {
  const read = (content: string) => readDiscord(JSON.stringify({ components: [{ type: 10, content }] }));
  expect(read("*a* **b** ~~c~~ `d`").problems).toEqual([]);
  expect(read("||a||").problems.length).toBeGreaterThan(0);
  expect(read("__a__").problems.length).toBeGreaterThan(0);
  expect(read("@everyone <@123456789012345678>").mentions.length).toBeGreaterThan(1);
  expect(read("x".repeat(4001)).problems.length).toBeGreaterThan(0);
});
