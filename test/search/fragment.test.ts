import { expect, test } from "vitest";
import type { ChannelFeed } from "../../src/follow/channel-feeds.ts";
import { DEFAULT_SETTINGS } from "../../src/follow/settings.ts";
import { toFeedState } from "../../src/poll/feed-state.ts";
import { fragmentOf, markedTitle } from "../../src/search/fragment.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import { resolveFeeds } from "../../src/search/resolve-feeds.ts";
import { toEntry } from "./library.ts";

/** Marked words between asterisks. */
function shown(html: string, text: string): string {
  const parts = fragmentOf(toEntry({ title: "A title", html }), parseQuery(text).query);
  return parts.map((part) => (part.isMatch ? `*${part.text}*` : part.text)).join("");
}

const filler = "and so it goes on for quite a while ";

test.each([
  ["<p>The quick brown fox</p>", "quick", "The *quick* brown fox"],
  ["<p>The quick, brown fox</p>", '"quick brown" fox', "The *quick, brown* *fox*"],
  ["<p>Überraschung für Alle</p>", "uberraschung alle", "*Überraschung* für *Alle*"],
  ["<p>Nagle’s algorithm &amp; more</p>", "nagle", "*Nagle’s* algorithm & more"],
  ["<p>今日は東京の天気です</p>", "東京の", "今日は*東京の*天気です"],
  ["<p>reproducible builds</p>", "reprod*", "*reproducible* builds"],
  ["<p>Only the title has it</p>", "title:title", "Only the title has it"],
  ["", "title", ""],
])("%s, looked for with %s", (html, text, expected) => {
  expect(shown(html, text)).toBe(expected);
});

test("of a long text the piece around the first match is shown", () => {
  const text = shown(`<p>${filler.repeat(20)}needle ${filler.repeat(20)}</p>`, "needle");
  expect(text).toMatch(/^….{20,45}\*needle\* .*…$/s);
  expect(text.length).toBeLessThan(220);
  expect(shown(`<p>${filler.repeat(20)}</p>`, "elsewhere")).toMatch(/^and so it goes.*…$/);
  expect(shown(`<p>${"x".repeat(3000)}</p>`, "elsewhere").length).toBeLessThan(220);
});

test.each([
  '<p>The post <a href="/p">Tide tables and time</a> appeared first on <a href="/">Low tide</a>.</p>',
  "<p>Der Beitrag <a>Gezeiten</a> erschien zuerst auf <a>Ebbe</a>.</p>\n",
])("where a post comes from is no part of it: %s", (origin) => {
  expect(shown(`<p>Tables of the tide.</p>\n${origin}`, "tide")).toBe("Tables of the *tide*.");
  expect(shown(`${origin}<p>Tables of the tide.</p>`, "tables")).toMatch(/ .*\*Tables\* of the tide\.$/);
});

test("a title is shown whole", () => {
  expect(markedTitle("Swap is not the enemy", parseQuery("title:enemy swap").query)).toEqual([
    { text: "Swap", isMatch: true },
    { text: " is not the ", isMatch: false },
    { text: "enemy", isMatch: true },
  ]);
});

test("feeds are those of the channel, by number, address or words of the title", () => {
  const feed = (number: number, title: string, url: string): ChannelFeed => {
    const state = toFeedState({ url, title });
    if (state === null) throw new Error("no feed");
    return { number, feedId: `id${String(number)}`, title, state, settings: DEFAULT_SETTINGS };
  };
  const all = [
    feed(1, "Planet One", "https://one.example/feed"),
    feed(2, "Planet Two", "https://two.example/feed"),
    feed(3, "Blog", "https://three.example/feed"),
  ];
  const resolved = (text: string): unknown => resolveFeeds(parseQuery(text).query, all);
  expect(resolved("a")).toEqual({ feedIds: ["id1", "id2", "id3"], ignored: [] });
  expect(resolved("feed:2 a")).toEqual({ feedIds: ["id2"], ignored: [] });
  expect(resolved("feed:planet feed:1 a")).toEqual({ feedIds: ["id1", "id2"], ignored: [] });
  expect(resolved("-feed:planet a")).toEqual({ feedIds: ["id3"], ignored: [] });
  expect(resolved("feed:three.example")).toEqual({ feedIds: ["id3"], ignored: [] });
  expect(resolved("feed:nothing a")).toEqual({
    feedIds: ["id1", "id2", "id3"],
    ignored: ["No feed of this channel fits “nothing”."],
  });
});
