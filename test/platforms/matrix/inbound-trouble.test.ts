import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Effects } from "../../../adapters/matrix/effects.ts";
import { Homeserver } from "../../../adapters/matrix/homeserver.ts";
import { Media } from "../../../adapters/matrix/media.ts";
import { Rooms } from "../../../adapters/matrix/rooms.ts";
import { deliveryOf, failureOf, inTime, postOf } from "../../contract/stage.ts";
import { testHost } from "../../contract/test-host.ts";
import { until } from "../../support/wait.ts";
import { ada, type Conversation, openHomeserver, openTalk, synapse, talk } from "./conversation.ts";
import { describeWithSynapse } from "./synapse.ts";

describeWithSynapse("what people say to a Matrix bot in trouble", () => {
  let { bot, room, logged, host }: Conversation = {} as Conversation;

  beforeAll(openHomeserver, 60_000);

  afterAll(async () => await synapse.close());

  beforeEach(async () => {
    await openTalk();
    ({ bot, room, logged, host } = talk);
  });

  afterEach(async () => await talk.close());

  test("answers meet limits, failures and cuts, and come once all the same", async () => {
    for (const fault of ["429", "500", "cut before accepting", "cut after accepting", "late"] as const) {
      bot.proxy.next(fault);
      const asked = await ada.say(room, `!wire ${fault}`);
      expect((await ada.answerTo(room, asked)).text).toBe(`done: ${fault}`);
      await talk.finished(asked);
      await until("what lands late", 5000, () => (bot.proxy.late() === 0 ? true : undefined));
      expect(await talk.answersOf(asked)).toHaveLength(1);
    }
  });

  test("a homeserver that goes away and comes back is heard again; its absence is said once", async () => {
    bot.proxy.setDown(true);
    await until("the loss", 10_000, () => (logged.some((line) => line.includes("broke off")) ? true : undefined));
    const asked = await ada.say(room, "!wire there");
    await until("a second try", 10_000, () => (bot.proxy.refused() > 1 ? true : undefined));
    bot.proxy.setDown(false);
    expect((await ada.answerTo(room, asked)).text).toBe("done: there");
    expect(logged.filter((line) => line.includes("broke off"))).toHaveLength(1);
    expect(logged.filter((line) => line.includes("works again"))).toHaveLength(1);
  });

  test("logged out, it says what to do; posts wait, and nothing ends", async () => {
    await bot.account.ask("POST", "/logout", {});
    await until("the log", 10_000, () =>
      logged.some((line) => line.includes("MATRIX_ACCESS_TOKEN")) ? true : undefined,
    );
    const delivery = deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf());
    const error: unknown = await bot.adapter.post(delivery, inTime).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ kind: "try-later", retryAfterMs: 300_000 });
    expect(await failureOf(bot.adapter.edit(delivery, "$x", inTime))).toBe("try-later");
  });

  test("a room that the homeserver cannot serve is given up after some tries, so that it holds up no other for ever", async () => {
    const { signal } = new AbortController();
    const options = { homeserverUrl: bot.proxy.url, accessToken: bot.account.token };
    const homeserver = new Homeserver(options);
    const effects = new Effects({
      homeserver,
      media: new Media(options),
      rooms: new Rooms(homeserver),
      host: testHost(bot.kept, host),
      inviteServers: [],
    });
    const asked = await ada.say(room, "!wire broken");
    await ada.answerTo(room, asked);
    bot.kept.claims.delete(asked);
    const event = (await ada.events(room)).filter(({ event_id: id }) => id === asked);
    const answer = { next_batch: "x", rooms: { join: { [room]: { timeline: { events: event } } } } };
    const applied = async (): Promise<string> =>
      await effects.apply({ userId: bot.account.userId, since: "s", startedAtMs: 0, answer }, signal).then(
        () => "done",
        () => "again",
      );
    const outcomes: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      bot.proxy.answerOnce(/power_levels/, 500, { errcode: "M_UNKNOWN", error: "broken" });
      outcomes.push(await applied());
    }
    expect(outcomes).toEqual([...Array.from({ length: 9 }, () => "again"), "done"]);
    expect(logged.some((line) => line.includes("could not be dealt with"))).toBe(true);
    bot.proxy.answerOnce(/power_levels/, 403, { errcode: "M_FORBIDDEN", error: "no" });
    expect(await applied()).toBe("done");
    bot.proxy.answerOnce(/power_levels/, 401, { errcode: "M_UNKNOWN_TOKEN", error: "no" });
    expect(await applied()).toBe("again");
  });
});
