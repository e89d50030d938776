import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { channelFeeds } from "../../src/follow/channel-feeds.ts";
import { DEFAULT_SETTINGS, type FollowSettings } from "../../src/follow/settings.ts";
import { freshChannel } from "../store/real-redis.ts";
import { numbered, rss } from "../support/rss.ts";
import { attached, type Importing, lastOf, openImporting, opmlOf, textOf, whenOver } from "./importing.ts";

let importing: Importing;

beforeAll(async () => {
  importing = await openImporting();
  importing.work();
});

afterAll(async () => importing.close());

interface Data {
  readonly counts: Readonly<Record<string, number>>;
  readonly feeds: readonly { readonly url: string; readonly kind: string; readonly reason: string }[];
}

const followed = async (channel: string): Promise<string[]> =>
  (await channelFeeds(importing.core.store.feeds, importing.core.store.channels, channel)).map((one) => one.state.url);

test("300 feeds of ten hosts, with all that goes wrong: each is followed once, and each is accounted for", async () => {
  const servers = await Promise.all(
    Array.from({ length: 10 }, async (_, i) => await importing.server(i === 3 ? 60 : 0)),
  );
  const good = servers.flatMap((server, s) =>
    Array.from({ length: 25 }, (_, i) => server.feed(`feed-${String(i)}.xml`, rss([numbered(s * 100 + i)])).url),
  );
  const bad = servers.flatMap((server) => [
    server.page("gone.xml", { status: 410 }),
    server.page("broken.xml", { status: 500 }),
    server.page("text.xml", { body: "just text" }),
    `${server.origin}/missing.xml`,
  ]);
  const [first] = servers;
  const pages = servers.map((server, s) =>
    server.page("page.html", {
      headers: { "content-type": "text/html" },
      body: `<html><head><link rel="alternate" type="application/rss+xml" href="${good[s * 25] ?? ""}"></head></html>`,
    }),
  );
  const moved = servers.map((server, s) =>
    server.page("old.xml", { status: 301, headers: { location: good[s * 25 + 1] ?? "" } }),
  );
  const urls = [...good, ...bad, ...pages, ...moved, good[0] ?? "", "https://127.0.0.1:1/x.xml"];
  const channel = freshChannel();
  const begun = await importing.run(channel, "import", attached(opmlOf(urls)));
  expect(textOf(begun)).toContain("Importing 311 feeds from feeds.opml. Left out: 1 is in it twice.");
  const { data, status, ...reply } = await lastOf(begun);
  const { counts, feeds } = data as Data;
  expect(status).toBe("done");
  expect(counts).toEqual({ followed: 250, already: 0, same: 20, refused: 41, limit: 0, left: 0 });
  expect(textOf({ status, ...reply })).toContain("250 followed, 20 twice in the list, 41 cannot be followed");
  expect(new Set(await followed(channel))).toEqual(new Set(good));
  expect(await followed(channel)).toHaveLength(250);
  expect(feeds.map((feed) => feed.url)).toEqual([...good, ...bad, ...pages, ...moved, "https://127.0.0.1:1/x.xml"]);
  expect(feeds.find((feed) => feed.url === `${first?.origin ?? ""}/gone.xml`)?.reason).toBe(
    "it is gone for good (410)",
  );
  for (const server of servers) expect(server.openMax()).toBe(1);
  expect(await importing.core.store.channels.waiting(channel)).toMatchObject({ items: [] });
});

test("an import that is over before anybody looks is still told to whoever began it, and not to the channel", async () => {
  const server = await importing.server();
  const feed = server.feed("feed.xml", rss([numbered(1)]));
  const channel = freshChannel();
  const begun = await importing.run(channel, "import", attached(opmlOf([feed.url])));
  await whenOver(importing, channel);
  // Whoever carries it out has looked by then whether anybody watches.
  await sleep(300);
  expect(textOf(await lastOf(begun))).toContain("Imported from feeds.opml: 1 followed.");
  expect(await importing.core.store.channels.waiting(channel)).toMatchObject({ items: [] });
});

test("what is followed already keeps its rules and costs no request", async () => {
  const server = await importing.server();
  const feed = server.feed("feed.xml", rss([numbered(1)]));
  const channel = freshChannel();
  await importing.run(channel, `follow ${feed.url}`);
  await importing.run(channel, "filter include kernel");
  const asked = server.requests();
  const { data } = await lastOf(await importing.run(channel, "import", attached(opmlOf([feed.url]))));
  expect((data as Data).counts).toMatchObject({ followed: 0, already: 1 });
  expect(server.requests()).toBe(asked);
  const [row] = await channelFeeds(importing.core.store.feeds, importing.core.store.channels, channel);
  expect(row?.settings.filter.words.include).toEqual(["kernel"]);
});

test("a name that another program has for a feed is its name here, unless it is the feed's own", async () => {
  const server = await importing.server();
  const urls = Array.from({ length: 4 }, (_, i) => server.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
  const names = ["Mine\u202e", "test  PLANET", urls[2], "x".repeat(150)];
  const outlines = urls.map((url, i) => `<outline text="${names[i] ?? ""}" xmlUrl="${url}"/>`);
  const channel = freshChannel();
  await lastOf(await importing.run(channel, "import", attached(`<opml><body>${outlines.join("")}</body></opml>`)));
  const got = await channelFeeds(importing.core.store.feeds, importing.core.store.channels, channel);
  expect(got.map(({ settings }) => settings.title)).toEqual(["Mine", "", "", "x".repeat(100)]);
});

test("what is over the channel's limit is listed, and nobody is asked for it", async () => {
  const few = await openImporting({ MAX_FOLLOWS_PER_CHANNEL: "3" });
  try {
    few.work();
    const server = await few.server();
    const urls = Array.from({ length: 6 }, (_, i) => server.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
    const last = await lastOf(await few.run("test:few", "import", attached(opmlOf(urls))));
    expect((last.data as Data).counts).toMatchObject({ followed: 3, limit: 3 });
    expect(textOf(last)).toContain("Over the limit of this channel:");
    expect(server.requests()).toBe(3);
  } finally {
    await few.close();
  }
});

describe("an import under way", () => {
  test("refuses a second one with its state, tells how it goes, and can be stopped; what is followed stays", async () => {
    const server = await importing.server(20);
    const urls = Array.from({ length: 60 }, (_, i) => server.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
    const channel = freshChannel();
    const begun = await importing.run(channel, "import", attached(opmlOf(urls)));
    const second = await importing.run(channel, "import", attached(opmlOf(urls)));
    expect(second.status).toBe("refused");
    expect(textOf(second)).toMatch(/^An import from feeds\.opml is under way here: \d+ of 60 feeds\./);
    const seen: string[] = [];
    for await (const reply of begun.later?.({ everyMs: 0, most: 2, signal: AbortSignal.timeout(30_000) }) ?? []) {
      seen.push(textOf(reply));
      if (seen.length === 2)
        expect(textOf(await importing.run(channel, "import stop"))).toMatch(/^Stopping after \d+ of 60 feeds\./);
    }
    expect(seen[0]).toMatch(/^Importing from feeds\.opml: \d+ of 60 feeds\.$/);
    expect(seen).toHaveLength(3);
    expect(seen[2]).toMatch(/^Stopped importing from feeds\.opml: \d+ followed, \d+ not tried\./);
    expect((await followed(channel)).length).toBeLessThan(60);
    expect((await importing.run(channel, "import stop")).status).toBe("refused");
    const third = await lastOf(await importing.run(channel, "import", attached(opmlOf(urls.slice(0, 2)))));
    expect(third.status).toBe("done");
  });

  test("is told to the channel once when nobody shows its end, and not when somebody does", async () => {
    const server = await importing.server();
    const urls = [server.feed("feed.xml", rss([numbered(1)])).url];
    const [alone, watched] = [freshChannel(), freshChannel()];
    await importing.run(alone, "import", attached(opmlOf(urls)));
    await lastOf(await importing.run(watched, "import", attached(opmlOf(urls))));
    await whenOver(importing, alone);
    const { store } = importing.core;
    await expect.poll(async () => (await store.imports.state(alone))?.isTold, { timeout: 30_000 }).toBe(true);
    await expect.poll(async () => await store.imports.open(0)).not.toContain(watched);
    const notices = async (channel: string): Promise<readonly string[]> =>
      (await store.channels.waiting(channel)).items;
    const [notice = ""] = await notices(alone);
    expect(await store.channels.notice(alone, notice.slice(1))).toBe(
      "The import is done: 1 followed. “import status” lists every feed.",
    );
    expect(await notices(alone)).toHaveLength(1);
    expect(await notices(watched)).toEqual([]);
  });

  test("whose watcher has gone silent is told to the channel after a while", async () => {
    const server = await importing.server(100);
    const urls = Array.from({ length: 8 }, (_, i) => server.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
    const channel = freshChannel();
    const begun = await importing.run(channel, "import", attached(opmlOf(urls)));
    const [shown] = [
      begun.later?.({ everyMs: 0, most: 1, signal: AbortSignal.timeout(30_000) })[Symbol.asyncIterator](),
    ];
    await shown?.next();
    await whenOver(importing, channel);
    expect((await importing.core.store.channels.waiting(channel)).items).toEqual([]);
    await expect
      .poll(async () => (await importing.core.store.channels.waiting(channel)).items.length, { timeout: 30_000 })
      .toBe(1);
    // The silent one comes back: it has nothing to say any more.
    expect(await shown?.next()).toMatchObject({ done: true });
  });
});

test("what is exported is what another channel gets by importing it, to the letter", async () => {
  const server = await importing.server();
  const urls = Array.from({ length: 5 }, (_, i) => server.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
  const word = fc.string({ unit: "binary", minLength: 1, maxLength: 30 });
  const rules = fc.record({ include: fc.array(word, { maxLength: 3 }), exclude: fc.array(word, { maxLength: 3 }) });
  const settings: fc.Arbitrary<Partial<FollowSettings>> = fc.record({
    filter: fc.record({ authors: rules, words: rules }),
    style: fc.constantFrom("full", "compact", "title"),
    images: fc.boolean(),
    title: fc.stringMatching(/^[a-zé]{0,12}$/),
  });
  const { feeds, channels } = importing.core.store;
  await fc.assert(
    fc.asyncProperty(fc.array(settings, { minLength: 5, maxLength: 5 }), async (all) => {
      const [from, to] = [freshChannel(), freshChannel()];
      await lastOf(await importing.run(from, "import", attached(opmlOf(urls))));
      const before = await channelFeeds(feeds, channels, from);
      for (const [i, { feedId }] of before.entries())
        await feeds.followers.change(feedId, from, () => JSON.stringify({ ...DEFAULT_SETTINGS, ...all[i] }));
      const file = (await importing.run(from, "export")).file?.content ?? "";
      await lastOf(await importing.run(to, "import", attached(file)));
      const wanted = await channelFeeds(feeds, channels, from);
      const got = await channelFeeds(feeds, channels, to);
      const byId = (a: { feedId: string }, b: { feedId: string }): number => a.feedId.localeCompare(b.feedId);
      const shape = (one: (typeof got)[number]): unknown => ({ ...one, number: 0 });
      expect(got.toSorted(byId).map(shape)).toEqual(wanted.toSorted(byId).map(shape));
      expect(got).toHaveLength(5);
    }),
    { numRuns: 5 },
  );
}, 120_000);
