import { afterAll, beforeAll, expect, test } from "vitest";
import { opmlOf } from "../../import/importing.ts";
import type { FeedServer } from "../../support/feed-server.ts";
import { numbered, rss } from "../../support/rss.ts";
import { Person } from "./person.ts";
import { type Seen, relationOf } from "./seen.ts";
import { account, ada, close, open, proxy, roomWithBot, synapse, world } from "./live.ts";
import { describeWithSynapse } from "./synapse.ts";

describeWithSynapse("lists of feeds in a Matrix room", () => {
  let feeds: FeedServer;

  beforeAll(async () => {
    await open();
    feeds = await world.startServer();
    await world.startBot();
  }, 90_000);

  afterAll(close, 60_000);

  function list(count: number, name: string): string {
    return opmlOf(
      Array.from({ length: count }, (_, i) => feeds.feed(`${name}-${String(i)}.xml`, rss([numbered(i)])).url),
    );
  }

  /** As a client does it: the file first, then a message that carries it. */
  async function sendFile(room: string, name: string, text: string | Buffer, more: object = {}): Promise<string> {
    const response = await fetch(`${proxy.url}/_matrix/media/v3/upload?filename=${name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${ada.token}`, "content-type": "text/x-opml" },
      body: typeof text === "string" ? text : new Uint8Array(text),
    });
    const { content_uri: url } = (await response.json()) as { content_uri: string };
    return await ada.send(room, { msgtype: "m.file", body: name, url, info: {}, ...more });
  }

  async function replyTo(room: string, eventId: string, line = "!wire import"): Promise<Seen> {
    const id = await ada.say(room, line, { "m.relates_to": { "m.in_reply_to": { event_id: eventId } } });
    return await ada.answerTo(room, id);
  }

  async function saidWith(room: string, words: string): Promise<Seen[]> {
    await ada.waitFor(room, words, (event) => String(event.content["body"]).includes(words), 30_000);
    return (await ada.seen(room)).filter(({ body }) => body.includes(words));
  }

  test("a reply to a file imports it; the end is told once, in the thread, and nowhere else", async () => {
    const room = await roomWithBot();
    const file = await sendFile(room, "mine.opml", list(8, "reply"));
    const begun = await replyTo(room, file);
    expect(begun.text).toContain("Importing 8 feeds from mine.opml");
    const ends = await saidWith(room, "8 followed");
    expect(ends).toHaveLength(1);
    expect(ends[0]?.threadRoot).toBe(begun.threadRoot);
    expect((await ada.seen(room)).filter(({ text }) => text.includes("The import is done"))).toEqual([]);
  });

  test("a file that comes with the command is imported, and so is an address", async () => {
    const room = await roomWithBot();
    await sendFile(room, "mine.opml", list(1, "caption"), { body: "!wire import", filename: "mine.opml" });
    await saidWith(room, "1 followed");
    const address = feeds.page("list.opml", { body: list(2, "address") });
    await ada.command(room, `!wire import ${address}`);
    await saidWith(room, "2 followed");
  });

  test("an export is a file in the thread, and brings feeds and rules to another room", async () => {
    const [from, to] = [await roomWithBot(), await roomWithBot()];
    await replyTo(from, await sendFile(from, "mine.opml", list(3, "export")));
    await saidWith(from, "3 followed");
    await ada.command(from, "!wire filter 2 include kernel");
    await ada.command(from, "!wire export");
    const { content } = await ada.waitFor(
      from,
      "a file",
      (event) => event.sender === account.userId && event.content["msgtype"] === "m.file",
    );
    expect(content["filename"]).toMatch(/^planetwire-.*\.opml$/);
    expect(relationOf(content).rel_type).toBe("m.thread");
    // Whoever is in the room may send on what they see there.
    const shared = await ada.send(to, { msgtype: "m.file", body: "theirs.opml", url: content["url"] });
    await replyTo(to, shared);
    await saidWith(to, "3 followed");
    expect((await ada.command(to, "!wire filter 2")).text).toContain("kernel");
  });

  test.each([
    ["too large", Buffer.alloc(2 * 1024 * 1024 + 1, 32), "larger than 2 MB"],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), "neither OPML nor a list"],
  ])("a file that is %s is refused with the reason", async (_, content, words) => {
    const room = await roomWithBot();
    expect((await replyTo(room, await sendFile(room, "x.opml", content))).text).toContain(words);
  });

  test("a file that the homeserver does not have, a message without a file, and somebody without the right", async () => {
    const room = await roomWithBot();
    const nowhere = await ada.send(room, { msgtype: "m.file", body: "x.opml", url: "mxc://matrix.test/nothing" });
    expect((await replyTo(room, nowhere)).text).toMatch(
      /cannot be imported\. It (?:cannot be had|could not be fetched)/,
    );
    expect((await replyTo(room, await ada.say(room, "hello"))).text).toContain("Which list?");
    const bob = await Person.register(synapse, "bob");
    await ada.invite(room, bob.userId);
    await bob.join(room);
    const file = await sendFile(room, "mine.opml", list(1, "bob"));
    const id = await bob.say(room, "!wire import", { "m.relates_to": { "m.in_reply_to": { event_id: file } } });
    expect((await bob.answerTo(room, id)).text).toMatch(/^✘ Only those who manage/);
  });
});
