import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import type { DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import { DeliveryError } from "../../../src/adapter.ts";
import { failureOf, feed, inTime, postOf, summaryOf } from "../../contract/stage.ts";
import { nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, noGateway, onDiscord, startBot } from "./bot.ts";
import { permission } from "./permissions.ts";
import { type DiscordServer, type ServerOptions, TOKEN } from "./server.ts";
import type { Channel } from "./world.ts";

type Run = (server: DiscordServer, adapter: DiscordAdapter, channel: Channel) => Promise<void>;

async function on(run: Run, options: ServerOptions = {}): Promise<void> {
  await onDiscord(async (server, stopLater) => {
    const { adapter } = stopLater(await startBot(server, nothingKept(), [], noGateway));
    await run(server, adapter, server.addChannel());
  }, options);
}

async function failure(posting: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await posting.catch((caught: unknown) => caught);
  if (error instanceof DeliveryError) return error;
  throw new Error(`no delivery error: ${String(error)}`);
}

test.each([
  ["Send Messages", permission.sendMessages],
  ["Read Message History” and “Send Messages", permission.sendMessages | permission.readMessageHistory],
])("what is missing is named: %s", async (names, deny) => {
  await on(async (server, adapter, channel) => {
    server.deny(channel, deny);
    const error = await failure(adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime));
    expect(error.kind).toBe("channel-unusable");
    for (const name of names.split("” and “")) expect(error.message).toContain(`“${name}”`);
  });
});

test("a channel that it cannot see, that is gone, or that takes no messages says so", async () => {
  await on(async (server, adapter, channel) => {
    const say = async (id: string): Promise<string> =>
      (await failure(adapter.post(deliveryTo(adapter, id, postOf()), inTime))).message;
    server.deny(channel, permission.viewChannel);
    expect(await say(channel.id)).toContain("View Channel");
    expect(await say("1")).toContain("does not exist");
    expect(await say("no number")).toContain("no Discord channel");
    expect(await say(server.addChannel({ name: "category", type: 4 }).id)).toContain("takes no messages");
  });
});

test("a token that is refused is tried again later, and works as soon as Discord knows it again", async () => {
  await on(async (server, adapter, channel) => {
    server.state.world.token = "another";
    const error = await failure(adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime));
    expect([error.kind, error.retryAfterMs]).toEqual(["try-later", 60_000]);
    server.state.world.token = TOKEN;
    expect(await failureOf(adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime))).toBe("none");
  });
});

test("an attempt that is over stops its requests, and however many there were, nothing of them is left on its signal", async () => {
  await on(async (_server, adapter, channel) => {
    const over = new AbortController();
    const attempt = { ...inTime, signal: over.signal };
    for (let n = 0; n < 3; n += 1) await adapter.post(deliveryTo(adapter, channel.id, postOf()), attempt);
    expect(getEventListeners(over.signal, "abort")).toEqual([]);
    over.abort();
    expect(await failureOf(adapter.post(deliveryTo(adapter, channel.id, postOf()), attempt))).not.toBe("none");
  });
});

test("the limits that Discord announces are kept without asking, and another channel has its own", async () => {
  await on(
    async (server, adapter, channel) => {
      const other = server.addChannel();
      const post = async (to: Channel): Promise<string> =>
        await failureOf(adapter.post(deliveryTo(adapter, to.id, postOf()), inTime));
      expect([await post(channel), await post(channel), await post(channel)]).toEqual(["none", "none", "try-later"]);
      expect(server.state.writes).toBe(2);
      expect(await post(other)).toBe("none");
    },
    { limits: { limit: 2, windowMs: 60_000 } },
  );
});

test("a global limit is waited for as long as it says", async () => {
  await on(
    async (_server, adapter, channel) => {
      const error = await failure(adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime));
      expect(error.kind).toBe("try-later");
      expect(error.retryAfterMs).toBeGreaterThan(100);
    },
    { limits: { globalPerSecond: 1 } },
  );
});

test("handing over is asked right before the bytes leave, however long they stood in the SDK's queue", async () => {
  await on(async (server, adapter, channel) => {
    await adapter.post(deliveryTo(adapter, channel.id, postOf({ title: "opens the way" })), inTime);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    server.state.onAccepted = async () => await held;
    const first = adapter.post(deliveryTo(adapter, channel.id, postOf({ title: "first" })), inTime);
    await server.until(() => (server.seen(channel.id).length === 2 ? true : null), 5000);
    let isOver = false;
    let asked = 0;
    const handOver = (): void => {
      asked += 1;
      if (isOver) throw new DeliveryError("try-later", "too late");
    };
    const second = adapter.post(deliveryTo(adapter, channel.id, postOf({ title: "second" })), { ...inTime, handOver });
    isOver = true;
    release();
    expect(await failureOf(second)).toBe("try-later");
    await first;
    expect(asked).toBe(1);
    expect(server.seen(channel.id).map(({ text }) => /opens|first|second/.exec(text)?.[0])).toEqual(["opens", "first"]);
  });
});

test("a post that is aborted on its way is uncertain", async () => {
  await on(async (server, adapter, channel) => {
    const over = new AbortController();
    server.state.onAccepted = async () => {
      over.abort();
      await Promise.resolve();
    };
    const attempt = { signal: over.signal, handOver: (): void => undefined };
    expect(await failureOf(adapter.post(deliveryTo(adapter, channel.id, postOf()), attempt))).toBe("uncertain");
  });
});

test("an archived thread is opened again for an edit, a locked one is told apart", async () => {
  await on(async (server, adapter, parent) => {
    const thread = server.addChannel({ name: "thread", type: 11, parentId: parent.id });
    const ref = await adapter.post(deliveryTo(adapter, thread.id, postOf({ title: "Before" })), inTime);
    if (thread.thread !== null) thread.thread.archived = true;
    const edit = { ...deliveryTo(adapter, thread.id, postOf({ title: "After" })), aim: { kind: "edit", ref } as const };
    await adapter.edit(edit, ref, inTime);
    expect(server.seen(thread.id)[0]?.text).toContain("After");
    if (thread.thread !== null) thread.thread.locked = true;
    const error = await failure(adapter.post(deliveryTo(adapter, thread.id, postOf()), inTime));
    expect([error.kind, error.message.includes("locked")]).toEqual(["channel-unusable", true]);
  });
});

test("a message that Discord refuses for its picture is sent without", async () => {
  await on(async (server, adapter, channel) => {
    const delivery = deliveryTo(adapter, channel.id, postOf({ image: "https://blog.example/i.png" }));
    // As a render of another version might have written it.
    const message = delivery.message.replace("https://blog.example/i.png", "no address");
    await adapter.post({ ...delivery, message }, inTime);
    const [only] = server.seen(channel.id);
    expect([only?.images, only?.text.includes("A title")]).toEqual([[], true]);
    expect((await adapter.find(delivery)).kind).toBe("landed");
  });
});

test("no message may ping, whatever its kind, nor may an edit", async () => {
  await on(async (server, adapter, channel) => {
    const digest = { kind: "digest", sections: [{ feed, summaries: [summaryOf(), summaryOf()] }] } as const;
    const notice = { kind: "notice", text: "The feed is gone. @everyone" } as const;
    const refs: string[] = [];
    for (const outgoing of [postOf(), digest, notice])
      refs.push(await adapter.post(deliveryTo(adapter, channel.id, outgoing), inTime));
    const forum = server.addChannel({ name: "forum", type: 15 });
    await adapter.post(deliveryTo(adapter, forum.id, postOf()), inTime);
    await adapter.edit(deliveryTo(adapter, channel.id, postOf()), refs[0] ?? "", inTime);
    const all = [channel, ...server.threads(forum)].flatMap(({ messages }) => messages);
    expect(all.map(({ body }) => body["allowed_mentions"])).toEqual(all.map(() => ({ parse: [] })));
    expect(all).toHaveLength(5);
  });
});
