import { expect, test } from "vitest";
import { toMessage } from "../../../adapters/slack/message.ts";
import { toMention } from "../../../adapters/slack/mention.ts";
import { type Delivery, NEW, type Outgoing } from "../../../src/adapter.ts";
import { callingPost, feed, inTime, summaryOf } from "../../contract/stage.ts";
import { hostileLines, hostileTexts } from "../../output/hostile-texts.ts";
import { problemsOfBlocks } from "./rules/blocks.ts";
import { type AdapterScene, onAdapter } from "./scene-adapter.ts";
import { see } from "./see.ts";

const hostile = [...hostileTexts, ...hostileLines].map(([, text]) => text);

function deliveryOf({ adapter, channel }: AdapterScene, outgoing: Outgoing, key: string): Delivery {
  const nowMs = Date.now();
  return { key, channel, message: adapter.render(outgoing), aim: NEW, firstAttemptAtMs: nowMs, attemptAtMs: nowMs };
}

test.each([
  ["<!subteam^S0PS>", "S0PS"],
  ["<@U0ADA>", "U0ADA"],
  ["<!here>", "here"],
  ["<!channel>", "channel"],
])("a post that calls %s calls that once, whatever its text says", async (mention, ping) => {
  const texts = ["<!channel> <@U0ADA> @here <!subteam^S0PS>", ...hostile];
  for (const text of texts) {
    const message = toMessage(callingPost(mention, { title: text, author: text, source: `${text} 2` }));
    expect(problemsOfBlocks(message.blocks, "message")).toEqual([]);
    expect(see("1.0", message.text, JSON.parse(JSON.stringify(message.blocks)) as [], false, false).pings).toEqual([
      ping,
    ]);
  }
  await onAdapter(async (scene) => {
    await scene.adapter.post(deliveryOf(scene, callingPost(mention, { title: texts[0] ?? "" }), "key"), inTime);
    expect(scene.server.people.seen(scene.room.id).map(({ pings }) => pings)).toEqual([[ping]]);
  });
});

test("a digest calls once, and a mention that is none does not", async () => {
  await onAdapter(async (scene) => {
    const summaries = hostile.slice(0, 12).map((title) => summaryOf({ title, author: "@here" }));
    const digest = { kind: "digest", feed, summaries, mention: "<!here>" } as const;
    await scene.adapter.post(deliveryOf(scene, digest, "a"), inTime);
    await scene.adapter.post(deliveryOf(scene, callingPost("<!here> <!channel>"), "b"), inTime);
    expect(scene.server.people.seen(scene.room.id).map(({ pings }) => pings)).toEqual([["here"], []]);
  });
});

test("where Slack takes no blocks, the words alone still call", async () => {
  await onAdapter(async (scene) => {
    const delivery = deliveryOf(scene, callingPost("<@U0ADA>", { title: "<!channel> and @here" }), "c");
    const { text, mention } = JSON.parse(delivery.message) as { text: string; mention: string };
    const broken = JSON.stringify({ text, mention, blocks: [{ type: "section" }] });
    await scene.adapter.post({ ...delivery, message: broken }, inTime);
    const [seen] = scene.server.people.seen(scene.room.id);
    expect(seen?.pings).toEqual(["U0ADA"]);
    expect(seen?.text).toContain("and @here");
  });
});

test.each([
  "",
  "@",
  "here",
  "@ada",
  "<@U1> <!here>",
  "<!date^1^x|y>",
  "<#C1>",
  "<!subteam^s1>",
  "<@U1",
  "@here\n@channel",
])("%j is nobody", (typed) => {
  expect(toMention(typed)).toBeNull();
});
