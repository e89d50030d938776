import { expect, test } from "vitest";
import type { DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import type { Outgoing } from "../../../src/adapter.ts";
import { failureOf, inTime, postOf } from "../../contract/stage.ts";
import { type Kept, nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, noGateway, onDiscord, startBot } from "./bot.ts";
import { permission } from "./permissions.ts";
import type { DiscordServer } from "./server.ts";
import type { Fault } from "./trouble.ts";
import type { Channel } from "./world.ts";

interface Scene {
  readonly server: DiscordServer;
  readonly forum: Channel;
  readonly adapter: DiscordAdapter;
  /** A new process, with or without what was remembered. */
  readonly again: (kept?: Kept) => Promise<DiscordAdapter>;
}

async function on(run: (scene: Scene) => Promise<void>): Promise<void> {
  await onDiscord(async (server, stopLater) => {
    const forum = server.addChannel({ name: "forum", type: 15 });
    const again = async (kept: Kept = nothingKept()): Promise<DiscordAdapter> =>
      stopLater(await startBot(server, kept, [], noGateway)).adapter;
    await run({ server, forum, adapter: await again(), again });
  });
}

function postFrom(id: string, title: string): Outgoing {
  const post = postOf({ title });
  return post.kind === "post" ? { ...post, feed: { id, url: `https://${id}.example/`, title: `Feed ${id}` } } : post;
}

async function post(adapter: DiscordAdapter, forum: Channel, outgoing: Outgoing): Promise<string> {
  return await failureOf(adapter.post(deliveryTo(adapter, forum.id, outgoing), inTime));
}

const names = (server: DiscordServer, forum: Channel): string[] => server.threads(forum).map(({ name }) => name);

test("each feed has one thread, across restarts and when nothing is remembered", async () => {
  await on(async ({ server, forum, adapter, again }) => {
    await post(adapter, forum, postFrom("a", "one"));
    await post(adapter, forum, postFrom("b", "two"));
    await post(await again(), forum, postFrom("a", "three"));
    expect(names(server, forum)).toEqual(["Feed a", "Feed b"]);
    const [first] = server.threads(forum);
    expect(server.seen(first?.id ?? "").map(({ text }) => /one|three|New posts/.exec(text)?.[0])).toEqual([
      "New posts",
      "one",
      "three",
    ]);
  });
});

test.each<Fault>(["cut after accepting", "500 after accepting", "cut before accepting", "429"])(
  "making a thread that meets %s makes one in the end, and no post twice",
  async (fault) => {
    await on(async ({ server, forum, adapter, again }) => {
      const delivery = deliveryTo(adapter, forum.id, postFrom("a", "one"));
      server.state.trouble.next(fault);
      expect(["uncertain", "try-later"]).toContain(await failureOf(adapter.post(delivery, inTime)));
      const next = await again();
      expect((await next.find(delivery)).kind).toBe("absent");
      await next.post(delivery, inTime);
      expect(names(server, forum)).toEqual(["Feed a"]);
      expect(server.seen(forum.id).filter(({ text }) => text.includes("one"))).toHaveLength(1);
    });
  },
);

test("a thread that was archived and renamed is still the feed's, also when nothing is remembered", async () => {
  await on(async ({ server, forum, adapter, again }) => {
    await post(adapter, forum, postFrom("a", "one"));
    for (const thread of server.threads(forum)) {
      thread.name = "renamed";
      if (thread.thread !== null) thread.thread.archived = true;
    }
    expect(await post(await again(), forum, postFrom("a", "two"))).toBe("none");
    expect(names(server, forum)).toEqual(["renamed"]);
  });
});

test("a thread that was deleted is made again", async () => {
  await on(async ({ server, forum, adapter }) => {
    await post(adapter, forum, postFrom("a", "one"));
    for (const thread of server.threads(forum)) server.deleteChannel(thread);
    expect(await post(adapter, forum, postFrom("a", "two"))).toBe("none");
    expect(server.seen(forum.id).at(-1)?.text).toContain("two");
  });
});

test("a thread of the same name by somebody else is left alone", async () => {
  await on(async ({ server, forum, adapter }) => {
    const foreign = server.addChannel({ name: "Feed a", type: 11, parentId: forum.id });
    await post(adapter, forum, postFrom("a", "one"));
    expect(server.seen(foreign.id)).toEqual([]);
    expect(names(server, forum)).toEqual(["Feed a", "Feed a"]);
  });
});

test("a forum that asks for tags, or that gives no right, says what to change", async () => {
  await on(async ({ server, forum, adapter }) => {
    const say = async (): Promise<string> =>
      await adapter.post(deliveryTo(adapter, forum.id, postFrom("a", "one")), inTime).catch(String);
    forum.requiresTag = true;
    expect(await say()).toContain("Require people to select tags");
    forum.requiresTag = false;
    server.deny(forum, permission.sendMessages);
    expect(await say()).toContain("Send Messages");
  });
});
