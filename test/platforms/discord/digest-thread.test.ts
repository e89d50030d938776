import { expect, test } from "vitest";
import type { DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import type { Delivery } from "../../../src/adapter.ts";
import { detailsOf, failureOf, inTime, postOf, summaryOf, feed } from "../../contract/stage.ts";
import { nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, noGateway, onDiscord, startBot } from "./bot.ts";
import { permission } from "./permissions.ts";
import type { DiscordServer } from "./server.ts";
import type { Fault } from "./trouble.ts";
import type { Channel } from "./world.ts";

interface Scene {
  readonly server: DiscordServer;
  readonly channel: Channel;
  readonly adapter: DiscordAdapter;
  /** A message for the thread below the one that stands in the channel. */
  readonly below: (title: string) => Delivery;
  /** A new process. */
  readonly again: () => Promise<DiscordAdapter>;
}

async function on(run: (scene: Scene) => Promise<void>): Promise<void> {
  await onDiscord(async (server, stopLater) => {
    const kept = nothingKept();
    const again = async (): Promise<DiscordAdapter> => stopLater(await startBot(server, kept, [], noGateway)).adapter;
    const [channel, adapter] = [server.addChannel(), await again()];
    const ref = await adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime);
    const below = (title: string): Delivery => ({
      ...deliveryTo(adapter, channel.id, detailsOf(title, `${title} too`)),
      aim: { kind: "thread", ref },
    });
    await run({ server, channel, adapter, below, again });
  });
}

/** What stands in the threads of the channel. */
function inThreads(server: DiscordServer, channel: Channel): (string | undefined)[] {
  const all = server.threads(channel).flatMap(({ id }) => server.seen(id));
  return all.map(({ text }) => /One|Two|Three/.exec(text)?.[0]);
}

async function reason(adapter: DiscordAdapter, delivery: Delivery): Promise<string> {
  return await adapter.post(delivery, inTime).then(
    () => "none",
    (error: unknown) => String(error),
  );
}

test("a digest has one thread, with its own id, whichever process makes it", async () => {
  await on(async ({ server, channel, adapter, below, again }) => {
    const ref = await adapter.post(below("One"), inTime);
    await adapter.post(below("Two"), inTime);
    await (await again()).post(below("Three"), inTime);
    const [thread, ...more] = server.threads(channel);
    expect(more).toEqual([]);
    expect(thread?.id).toBe(channel.messages[0]?.id);
    expect(ref.startsWith(`${thread?.id ?? ""}/`)).toBe(true);
    expect(inThreads(server, channel)).toEqual(["One", "Two", "Three"]);
    expect(channel.messages).toHaveLength(1);
  });
});

test.each(["429", "500", "500 after accepting", "cut before accepting", "cut after accepting", "late"] as const)(
  "while making the thread meets %s surely nothing is posted; afterwards it stands there once",
  async (fault: Fault) => {
    await on(async ({ server, channel, adapter, below, again }) => {
      const delivery = below("One");
      server.state.trouble.set({ lateMs: 1 });
      server.state.trouble.nextThread(fault);
      expect(await failureOf(adapter.post(delivery, inTime))).toBe("try-later");
      expect(inThreads(server, channel)).toEqual([]);
      const next = await again();
      expect(await next.find(delivery)).toEqual({ kind: "absent" });
      await next.post(delivery, inTime);
      expect(inThreads(server, channel)).toEqual(["One"]);
      expect(await next.find(delivery)).toMatchObject({ kind: "landed" });
    });
  },
);

test.each([
  ["createPublicThreads", "Create Public Threads"],
  ["sendMessagesInThreads", "Send Messages in Threads"],
] as const)("without %s nothing more goes there, and the reason names it", async (right, name) => {
  await on(async ({ server, channel, adapter, below }) => {
    server.deny(channel, permission[right]);
    expect(await failureOf(adapter.post(below("One"), inTime))).toBe("channel-unusable");
    expect(await reason(adapter, below("One"))).toContain(`“${name}”`);
    expect(inThreads(server, channel)).toEqual([]);
  });
});

test("a digest that was deleted gets no thread", async () => {
  await on(async ({ server, channel, adapter, below }) => {
    server.deleteMessage(channel.id, channel.messages[0]?.id ?? "");
    expect(await failureOf(adapter.post(below("One"), inTime))).toBe("channel-unusable");
    expect(server.threads(channel)).toEqual([]);
  });
});

test("a thread that was deleted stays away", async () => {
  await on(async ({ server, channel, adapter, below }) => {
    await adapter.post(below("One"), inTime);
    server.state.world.channels.delete(channel.messages[0]?.id ?? "");
    expect(await failureOf(adapter.post(below("Two"), inTime))).toBe("channel-unusable");
    expect(server.threads(channel)).toEqual([]);
  });
});

test("a thread that fell asleep is opened again", async () => {
  await on(async ({ server, channel, adapter, below }) => {
    await adapter.post(below("One"), inTime);
    const [thread] = server.threads(channel);
    if (thread?.thread != null) thread.thread.archived = true;
    await adapter.post(below("Two"), inTime);
    expect(inThreads(server, channel)).toEqual(["One", "Two"]);
    expect(thread?.thread?.archived).toBe(false);
  });
});

test("in forums and threads a digest has nothing below it", async () => {
  await on(async ({ server, channel, adapter, below }) => {
    const forum = server.addChannel({ name: "forum", type: 15 });
    const thread = server.addChannel({ name: "thread", type: 11, parentId: channel.id });
    for (const { id } of [forum, thread]) {
      const delivery = { ...below("One"), channel: `discord:${id}` };
      expect(await failureOf(adapter.post(delivery, inTime))).toBe("channel-unusable");
    }
    expect(server.threads(channel)).toEqual([thread]);
  });
});

test("as many details as fit stand in a message, and one alone always does", async () => {
  await on(async ({ adapter, below, server, channel }) => {
    const children = [{ type: "paragraph" as const, children: [{ type: "text" as const, value: "One ".repeat(120) }] }];
    const posts = Array.from({ length: 10 }, () => ({
      feed,
      summary: summaryOf({ excerpt: { type: "root", children }, image: "https://blog.example/i.png" }),
    }));
    expect(() => adapter.render({ kind: "details", posts })).toThrow("details");
    for (const count of [1, 6]) {
      const message = adapter.render({ kind: "details", posts: posts.slice(0, count) });
      await adapter.post({ ...below("One"), message }, inTime);
    }
    expect(inThreads(server, channel)).toEqual(["One", "One"]);
    expect(
      server
        .threads(channel)
        .flatMap(({ id }) => server.seen(id))
        .flatMap(({ images }) => images),
    ).toEqual([]);
  });
});
