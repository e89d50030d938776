import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandDeps } from "../../src/command/deps.ts";
import type { ReplyAction } from "../../src/command/reply.ts";
import { recentSearchesKey } from "../../src/store/keys.ts";
import { toPlainText } from "../../src/summary/markdown.ts";
import { openSearching, type Searching } from "./searching.ts";
import { type Said, type Speak, speaker } from "./speaker.ts";

let searching: Searching;

beforeAll(async () => {
  searching = await openSearching();
});

afterAll(async () => searching.close());

const NOW_MS = Date.UTC(2024, 0, 4, 2);

function speak(channel: string): Speak {
  const nowMs = async (): Promise<number> => await Promise.resolve(NOW_MS);
  return speaker(searching.real, channel, { ...searching.deps, nowMs });
}

const kernels = Array.from({ length: 12 }, (_, i) => ({
  titleRaw: `Kernel ${String(i + 1)}`,
  authorRaw: i % 2 === 0 ? "Ada Quill" : "Paul Pen",
  html: `<p>The kernel is ${i === 4 ? "slow" : "quick"} and says so in number ${String(i + 1)}.</p>`,
}));

function titles(said: Said): string[] {
  const { hits } = said.reply.data as { readonly hits: readonly { readonly title: string }[] };
  return hits.map(({ title }) => title);
}

function press(said: Said, label: string): ReplyAction {
  const action = said.reply.actions?.find((one) => one.label === label);
  if (action === undefined) throw new Error(`no ${label}`);
  return action;
}

test("hits come five at a time, the newest first, with what leads on and back", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  const say = speak(channel);
  const first = await say("search kernel");
  expect(first.text).toContain("**12 hits**, page 1 of 3");
  expect(titles(first)).toEqual([12, 11, 10, 9, 8].map((n) => `Kernel ${String(n)}`));
  expect(first.reply.actions?.map(({ label }) => label)).toEqual(["Next"]);
  const second = await say(`search ${press(first, "Next").options["query"] ?? ""} page:2`);
  expect(titles(second)).toEqual([7, 6, 5, 4, 3].map((n) => `Kernel ${String(n)}`));
  expect(second.reply.actions?.map(({ label, options }) => [label, options["page"]])).toEqual([
    ["Previous", "1"],
    ["Next", "3"],
  ]);
  const third = await say("search kernel page:3");
  expect(titles(third)).toEqual(["Kernel 2", "Kernel 1"]);
  expect(third.reply.actions?.map(({ label }) => label)).toEqual(["Previous"]);
  for (const page of ["4", "999999999"]) expect(titles(await say(`search kernel page:${page}`))).toEqual(titles(third));
  expect(titles(await say("search kernel page:0"))).toEqual(titles(first));
});

test("a hit is three lines: what it is, by whom and when, and the words that answer", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  const { text } = await speak(channel)("search slow");
  expect(text.split("\n")).toEqual([
    "**1 hit**",
    "",
    "[Kernel 5](https://planet.example/posts/5)  ",
    "Ada Quill · 2024-01-01 05:17 UTC  ",
    "The kernel is **slow** and says so in number 5.",
  ]);
});

test("where several feeds are followed, a hit says which it is from; one feed can be asked alone", async () => {
  const [one, other] = [await searching.feed("One", kernels.slice(0, 1)), await searching.feed("Other", kernels)];
  const say = speak(await searching.channel(one, other));
  expect((await say("search slow")).text).toContain("Ada Quill · Other · 2024");
  expect((await say("search number feed:One")).text).toContain("**1 hit**");
  const none = await say("search slow feed:1");
  expect(none.text).toContain("Nothing in the feed fits `slow feed:1`.");
  expect(none.text).toContain("- 1 in all feeds of this channel");
});

test("what was posted in this channel has its message beside it, and what became of the others is said", async () => {
  const feedId = await searching.feed("Kernel planet", kernels.slice(0, 5));
  const channel = await searching.channel(feedId);
  await searching.became(channel, feedId, 1, { state: "posted", ref: "77" });
  await searching.became(channel, feedId, 2, { state: "filtered", why: "author Paul Pen" });
  await searching.became(channel, feedId, 3, { state: "pending" });
  await searching.became(channel, feedId, 4, { state: "held", why: "nobody knows" });
  const { text, reply } = await speak(channel)("search kernel");
  const lines = text.split("\n").filter((line) => line.includes("UTC"));
  expect(lines.map((line) => line.split("UTC")[1]?.trim())).toEqual([
    "",
    "· *not posted*",
    "· *waiting to be posted*",
    "· *kept out: author Paul Pen*",
    "· [posted here](https://chat.example/77)",
  ]);
  expect(reply.data).toMatchObject({
    hits: [
      { state: null },
      { state: "held" },
      { state: "pending" },
      { state: "filtered" },
      { messageUrl: "https://chat.example/77" },
    ],
  });
});

test("another channel's feeds are never found, nor said where they were posted", async () => {
  const [mine, theirs] = [await searching.feed("Mine", kernels.slice(0, 1)), await searching.feed("Theirs", kernels)];
  const other = await searching.channel(mine, theirs);
  await searching.became(other, mine, 1, { state: "posted", ref: "88" });
  const said = await speak(await searching.channel(mine))("search kernel");
  expect([titles(said), said.text.includes("posted here")]).toEqual([["Kernel 1"], false]);
});

test("as fields of their own or in one line, the same is asked; buttons remember the fields", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  const say = speak(channel);
  const line = await say('search kernel author:"Ada Quill" since:2024-01-01 before:2024-01-02 sort:new');
  expect(titles(line)).toEqual([11, 9, 7, 5, 3].map((n) => `Kernel ${String(n)}`));
  expect(press(line, "Next").options).toEqual({
    query: 'kernel author:"Ada Quill" since:2024-01-01 before:2024-01-02 sort:new',
    page: "2",
  });
});

test("nothing found says what was looked for and what there would be if less was asked", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  const { text, status } = await speak(channel)('search slow author:"Paul Pen" before:2023-01-01');
  expect(status).toBe("done");
  expect(text).toContain('Nothing in the feed fits `slow author:"Paul Pen" before:2023-01-01`.');
  const { text: near } = await speak(channel)("search slow number author:nobody");
  expect(near).toContain("- 1 by anyone, not only nobody");
  const { text: begun } = await speak(channel)("search kern");
  expect(begun).toContain("- 12 with words that only begin so");
  const { text: fewer } = await speak(channel)("search slow nonsense");
  expect(fewer).toContain("- 1 without “nonsense”");
});

test("nothing asked, no feed followed, and odd input get an answer", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  const say = speak(channel);
  expect((await say("search")).text).toContain("What are you looking for?");
  expect((await say("search page:2")).text).toContain("What are you looking for?");
  expect((await speak(await searching.channel())("search kernel")).text).toContain("follows no feed yet");
  const odd = await say("search kernel since:yesterday sort:size");
  expect(odd.text).toContain("**12 hits**");
  expect(odd.text).toContain("“since:yesterday” was left out");
  expect(odd.text).toContain("“sort:size” was left out");
  for (const query of ['"', "-", "OR", "*", "'; DROP TABLE words; --", 'x" OR "y', "page:2 page:x", "a".repeat(3000)])
    expect((await say(`search ${query}`)).text).not.toContain("reason of mine");
});

test("where nothing was understood nothing is shown, and it is said what was wrong", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  const say = speak(channel);
  for (const query of ["…", "since:yesterday", "tag:x sort:best", "OR", "feed:nowhere", "-"]) {
    const { text, reply } = await say(`search ${query}`);
    expect([query, reply.status, reply.actions ?? []]).toEqual([query, "refused", []]);
    expect(text).toMatch(/^Nothing of `.*` can be looked for\.\n\n\*(?:“|No feed)[^]*For example: `search/);
    expect(text).not.toContain("hits");
  }
  // What is understood is answered, also where it asks for all.
  expect((await say("search sort:new")).text).toContain("**12 hits**");
  expect((await say("search -nonsense …")).text).toContain("**12 hits**");
  expect((await say("search since:2023 sort:size")).text).toContain("**12 hits**");
});

test("behind what was counted the pages go on", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  const find: CommandDeps["search"]["find"] = async (feedIds, query) => {
    const some = await searching.deps.search.find(feedIds, query, { offset: 0, limit: 5 });
    return { ...some, total: 200, isTotalExact: false };
  };
  const said = await speaker(searching.real, channel, {
    ...searching.deps,
    search: { ...searching.deps.search, find },
  })("search kernel page:40");
  expect(said.text).toContain("**More than 200 hits**, page 40\n");
  expect(said.reply.actions?.map(({ label, options }) => [label, options["page"]])).toEqual([
    ["Previous", "39"],
    ["Next", "41"],
  ]);
});

test("guests may search", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  expect((await speak(channel)("search slow", { role: "guest" })).text).toContain("**1 hit**");
});

test("what a feed says stays data", async () => {
  const hostile = {
    titleRaw: "Evil [x](https://evil.example) **kernel** @everyone",
    authorRaw: "<@1> `Mallory`",
    html: "<p>evil **bold** [a](https://evil.example/b) <b>kernel</b>\n# heading</p>",
  };
  const channel = await searching.channel(await searching.feed("Evil *planet*", [hostile]));
  const { reply } = await speak(channel)("search kernel");
  const links = JSON.stringify(reply.body).match(/"url":"[^"]*"/g);
  expect(links).toEqual(['"url":"https://planet.example/posts/1"']);
  const shown = reply.body.map((block) => toPlainText(block)).join("\n");
  expect(shown).toContain("Evil [x](https://evil.example) **kernel** @everyone");
  expect(shown).toContain("**bold** [a](https://evil.example/b) kernel # heading");
});

test("what was searched and found is remembered for a while, ten at most, the latest first", async () => {
  const channel = await searching.channel(await searching.feed("Kernel planet", kernels));
  let now = NOW_MS;
  const nowMs = async (): Promise<number> => await Promise.resolve((now += 1));
  const say = speaker(searching.real, channel, { ...searching.deps, nowMs });
  for (let n = 1; n <= 12; n += 1) await say(`search kernel number ${String(n)}`);
  await say("search nonsense");
  await say("search kernel page:2");
  await say("search author:Zoe");
  await say("search kernel number 5");
  const recent = await searching.deps.recentSearches.of(channel);
  expect(recent).toHaveLength(10);
  expect(recent.slice(0, 3)).toEqual(["kernel number 5", "kernel number 12", "kernel number 11"]);
  expect(recent).not.toContain("nonsense");
  const ttl = await searching.real.redis.ttl(recentSearchesKey(channel));
  expect(ttl).toBeGreaterThan(86_400);
  expect(ttl).toBeLessThanOrEqual(7 * 86_400);
});
