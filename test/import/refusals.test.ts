import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { channelFeeds } from "../../src/follow/channel-feeds.ts";
import { writeOpml } from "../../src/import/write-opml.ts";
import { freshChannel } from "../store/real-redis.ts";
import { numbered, rss } from "../support/rss.ts";
import { attached, type Importing, lastOf, openImporting, opmlOf, textOf } from "./importing.ts";

let importing: Importing;

beforeAll(async () => {
  importing = await openImporting();
  importing.work();
});

afterAll(async () => importing.close());

interface Data {
  readonly counts: Readonly<Record<string, number>>;
}

describe("who may, and what is refused", () => {
  const opml = opmlOf(["https://127.0.0.1:1/"]);

  test.each(["guest", "member"] as const)("a %s may look and not import, and no file is fetched", async (role) => {
    const channel = freshChannel();
    let isRead = false;
    const file = {
      name: "x",
      read: async () => {
        isRead = true;
        return await Promise.resolve({ bytes: Buffer.from(opml), contentType: "" });
      },
    };
    const refusal = await importing.run(channel, "import", { role, file });
    expect(refusal.status).toBe("refused");
    expect(isRead).toBe(false);
    expect(textOf(await importing.run(channel, "import status", { role }))).toContain("Nothing was imported here");
    expect(textOf(await importing.run(channel, "export", { role }))).toContain("nothing to export");
    expect((await importing.run(channel, "import stop", { role })).status).toBe("refused");
  });

  test("whom posts call comes from a file only for a manager, and only who can be called on the platform", async () => {
    const server = await importing.server();
    const url = server.feed("mention.xml", rss([numbered(1)])).url;
    const { feeds, channels } = importing.core.store;
    const mentionOf = async (channel: string, whom: string, role: "manager" | "member"): Promise<unknown> => {
      await channels.setChangers(channel, "members");
      const mention = { whom, authors: [], words: ["outage", 7] };
      const opml = writeOpml({ title: "x", createdAt: new Date(0) }, [{ url, title: "", settings: { mention } }]);
      await lastOf(await importing.run(channel, "import", { role, ...attached(opml) }));
      const [row] = await channelFeeds(feeds, channels, channel);
      return row?.settings.mention;
    };
    expect(await mentionOf("console:m1", "@ops", "manager")).toEqual({ whom: "@ops", authors: [], words: ["outage"] });
    expect(await mentionOf("console:m2", "@ops", "member")).toBeNull();
    expect(await mentionOf("discord:3", "@ops", "manager")).toBeNull();
    expect(await mentionOf("discord:4", "<@&123>", "manager")).toMatchObject({ whom: "<@&123>" });
  });

  test("an address is fetched by the rules of feeds", async () => {
    const server = await importing.server();
    const channel = freshChannel();
    const answer = async (address: string): Promise<string> =>
      textOf(await importing.run(channel, `import ${address}`));
    expect(await answer("http://10.0.0.1/feeds.opml")).toMatch(/cannot be imported\. .*not on the public internet/);
    expect(await answer("file:///etc/passwd")).toContain("That is no web address");
    expect(await answer(`${server.origin}/none.opml`)).toContain("404");
    expect(await answer(server.page("big.opml", { body: " ".repeat(3_000_000) }))).toContain("larger than 2 MB");
    expect(await answer(server.page("page.html", { body: "<!doctype html><p>x" }))).toContain("It is a web page");
    const single = server.feed("feed.xml", rss([numbered(1)])).url;
    expect(textOf(await lastOf(await importing.run(channel, `import ${single}`)))).toContain("1 followed");
    expect(textOf(await importing.run(channel, "import", attached(rss([numbered(1)]))))).toContain(
      "It is a feed itself",
    );
    expect(textOf(await importing.run(freshChannel(), "import"))).toContain("Which list?");
    const feed = server.feed("one.xml", rss([numbered(2)]));
    const list = server.page("list.opml", { body: opmlOf([feed.url]) });
    const { data } = await lastOf(await importing.run(channel, `import ${list}`));
    expect((data as Data).counts["followed"]).toBe(1);
  });

  test("several addresses are a list themselves", async () => {
    const server = await importing.server();
    const urls = [1, 2].map((i) => server.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
    const { data } = await lastOf(await importing.run(freshChannel(), `import ${urls.join(" ")}`));
    expect((data as Data).counts["followed"]).toBe(2);
  });
});
