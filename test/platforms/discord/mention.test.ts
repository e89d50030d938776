import { expect, test } from "vitest";
import { toMention } from "../../../adapters/discord/mention.ts";
import { parseRendered, render } from "../../../adapters/discord/render.ts";
import { TooLong } from "../../../src/adapter.ts";
import { callingPost, feed, inTime, summaryOf } from "../../contract/stage.ts";
import { nothingKept } from "../../contract/test-host.ts";
import { hostileLines, hostileTexts } from "../../output/hostile-texts.ts";
import { deliveryTo, noGateway, onDiscord, startBot } from "./bot.ts";

const hostile = [...hostileTexts, ...hostileLines].map(([, text]) => text);

const rows = [
  ["<@&5>", { parse: [], roles: ["5"] }],
  ["<@77>", { parse: [], users: ["77"] }],
  ["@here", { parse: ["everyone"] }],
  ["@everyone", { parse: ["everyone"] }],
] as const;

test.each(rows)(
  "a post that calls %s allows exactly that, and its hostile text calls nobody",
  async (mention, allowed) => {
    await onDiscord(async (server, stopLater) => {
      const { adapter } = stopLater(await startBot(server, nothingKept(), [], noGateway));
      const channel = server.addChannel();
      const texts = ["@everyone <@&5> <@77> @here", ...hostile.filter((_, i) => i % 6 === 0)];
      for (const text of texts) {
        const summary = { title: text, author: text, source: `${text} 2` };
        await adapter.post(deliveryTo(adapter, channel.id, callingPost(mention, summary)), inTime);
        expect(channel.messages.at(-1)?.body["allowed_mentions"]).toEqual(allowed);
        expect(server.seen(channel.id).at(-1)?.mentions).toEqual([mention]);
      }
    });
  },
);

test("a digest calls once, and leaves room for it", async () => {
  await onDiscord(async (server, stopLater) => {
    const { adapter } = stopLater(await startBot(server, nothingKept(), [], noGateway));
    const channel = server.addChannel();
    const summaries = hostile.slice(0, 12).map((title) => summaryOf({ title, author: "@everyone" }));
    const digest = { kind: "digest", feed, summaries, mention: "@here" } as const;
    await adapter.post(deliveryTo(adapter, channel.id, digest), inTime);
    expect(server.seen(channel.id).map(({ mentions }) => mentions)).toEqual([["@here"]]);
  });
  const sizes = Array.from({ length: 40 }, (_, i) => i + 160).map((n) => {
    const summaries = Array.from({ length: 17 }, () => summaryOf({ title: "x".repeat(n), url: "https://a.example/1" }));
    try {
      const { components } = parseRendered(
        render({ kind: "digest", feed, summaries, mention: "<@&12345678901234567890>" }),
      );
      return (
        JSON.stringify(components)
          .match(/"content":"((?:[^"\\]|\\.)*)"/g)
          ?.join("").length ?? 0
      );
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
      return 0;
    }
  });
  expect(Math.max(...sizes)).toBeGreaterThan(3800);
});

test("an edit calls nobody, and neither does a message whose mention is none", async () => {
  await onDiscord(async (server, stopLater) => {
    const { adapter } = stopLater(await startBot(server, nothingKept(), [], noGateway));
    const channel = server.addChannel();
    const ref = await adapter.post(deliveryTo(adapter, channel.id, callingPost("@everyone")), inTime);
    const edit = callingPost("@everyone", { title: "Another title" });
    await adapter.edit(deliveryTo(adapter, channel.id, edit), ref, inTime);
    expect(channel.messages.at(-1)?.body["allowed_mentions"]).toEqual({ parse: [] });
    await adapter.post(deliveryTo(adapter, channel.id, callingPost("somebody @everyone")), inTime);
    expect(channel.messages.at(-1)?.body["allowed_mentions"]).toEqual({ parse: [] });
    expect(server.seen(channel.id).at(-1)?.mentions).toEqual([]);
  });
});

test("a delivery that calls somebody is found again", async () => {
  await onDiscord(async (server, stopLater) => {
    const { adapter } = stopLater(await startBot(server, nothingKept(), [], noGateway));
    const channel = server.addChannel();
    const delivery = deliveryTo(adapter, channel.id, callingPost("@here"), Date.now() - 600_000);
    expect(await adapter.find(delivery)).toMatchObject({ kind: "absent" });
    await adapter.post(delivery, inTime);
    expect(await adapter.find(delivery)).toMatchObject({ kind: "landed" });
  });
});

test.each([
  "",
  "@",
  "everyone",
  "@everyone <@1>",
  "<@&>",
  "<#5>",
  "<@&5",
  "<@&123456789012345678901>",
  "@here\n@everyone",
])("%j is nobody", (typed) => {
  expect(toMention(typed)).toBeNull();
});
