import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Delivery } from "../../../src/adapter.ts";
import { deliveryOf, editOf, failureOf, inTime, postOf } from "../../contract/stage.ts";
import { until } from "../../support/wait.ts";
import { openBot, type TestBot } from "./bot.ts";
import { Person } from "./person.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("looking for an uncertain post in a Matrix room", () => {
  let synapse: Synapse;
  let ada: Person;
  let bot: TestBot;

  beforeAll(async () => {
    synapse = await startSynapse();
    ada = await Person.register(synapse, "ada");
  }, 60_000);

  afterAll(async () => {
    await synapse.close();
  });

  beforeEach(async () => {
    // Nothing here needs the sync.
    bot = await openBot(synapse, { host: { own: () => undefined } });
  });

  afterEach(async () => {
    await bot.close();
  });

  async function roomWithBot(settings: Parameters<Person["createRoom"]>[0] = {}): Promise<string> {
    const room = await ada.createRoom({ ...settings, invite: [bot.account.userId] });
    await bot.account.join(room);
    return room;
  }

  function deliveryIn(room: string, changes: Partial<Delivery> = {}): Delivery {
    return { ...deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf()), ...changes };
  }

  test("behind more messages of its own than a page holds, and those of others between them", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    const ref = await bot.adapter.post(delivery, inTime);
    for (let i = 0; i < 105; i += 1) {
      await bot.account.say(room, `later ${String(i)}`);
      if (i % 10 === 0) await ada.say(room, "between");
    }
    expect(await bot.adapter.find(delivery)).toEqual({ kind: "landed", ref });
    expect(await bot.adapter.find({ ...delivery, key: "of-no-message-here-at-all" })).toEqual({ kind: "absent" });
  });

  test("posted by another device, it is known by its content; somebody else's message with the same key is not ours", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    await ada.say(room, "forged", { "org.planetwire.delivery": { key: delivery.key } });
    expect(await bot.adapter.find(delivery)).toEqual({ kind: "absent" });
    const ref = await bot.adapter.post(delivery, inTime);
    const elsewhere = await openBot(synapse, {
      host: { own: () => undefined },
      kept: bot.kept,
      account: await bot.account.loggedInAgain("a new device"),
    });
    expect(await elsewhere.adapter.find(delivery)).toEqual({ kind: "landed", ref });
    await elsewhere.close();
  });

  test("with a new token of the same device, as docs/matrix.md says, a repetition is the same message; of a new device it is not", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    const ref = await bot.adapter.post(delivery, inTime);
    for (const [device, count] of [
      ["the same device", 1],
      ["a new device", 2],
    ] as const) {
      const account = await bot.account.loggedInAgain(device);
      const again = await openBot(synapse, { host: { own: () => undefined }, kept: bot.kept, account });
      expect((await again.adapter.post(delivery, inTime)) === ref).toBe(count === 1);
      expect(await ada.seen(room)).toHaveLength(count);
      await again.close();
    }
  });

  test("deleted by a moderator, it did land", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    const ref = await bot.adapter.post(delivery, inTime);
    await ada.redact(room, ref);
    expect(await bot.adapter.find(delivery)).toEqual({ kind: "landed", ref });
  });

  test("a request that lands after it was found absent and repeated is one message", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    bot.proxy.settings.lateMs = 300;
    bot.proxy.next("late");
    expect(await failureOf(bot.adapter.post(delivery, inTime))).toBe("uncertain");
    expect(await bot.adapter.find(delivery)).toEqual({ kind: "absent" });
    const ref = await bot.adapter.post(delivery, inTime);
    await until("the late request", 5000, () => (bot.proxy.late() === 0 ? true : undefined));
    const seen = await ada.seen(room);
    expect(seen.map((one) => one.eventId)).toEqual([ref]);
  });

  test("history that lags makes it absent, and the repetition is the same message", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    bot.proxy.settings.historyLagMs = 60_000;
    bot.proxy.next("cut after accepting");
    expect(await failureOf(bot.adapter.post(delivery, inTime))).toBe("uncertain");
    expect(await bot.adapter.find(delivery)).toEqual({ kind: "absent" });
    await bot.adapter.post(delivery, inTime);
    expect(await ada.seen(room)).toHaveLength(1);
  });

  test("where history begins at its own entry, what is older is repeated while the server surely knows it again, and then held", async () => {
    const room = await roomWithBot({ visibility: "joined" });
    const nowMs = Date.now();
    const older = { firstAttemptAtMs: nowMs - 10 * 60_000, attemptAtMs: nowMs };
    expect(await bot.adapter.find(deliveryIn(room, older))).toEqual({ kind: "safe-to-repeat" });
    expect(await bot.adapter.find(deliveryIn(room, { ...older, firstAttemptAtMs: nowMs - 21 * 60_000 }))).toMatchObject(
      {
        kind: "cannot-know",
      },
    );
  });

  test("a device that is new, unlike the one that sent, makes nothing safe to repeat", async () => {
    const room = await roomWithBot({ visibility: "joined" });
    const firstAttemptAtMs = Date.now() - 10 * 60_000;
    bot.kept.values.set(`device:${bot.account.userId}`, JSON.stringify({ id: "BEFORE", sinceMs: 0 }));
    expect(await bot.adapter.find(deliveryIn(room, { firstAttemptAtMs }))).toMatchObject({ kind: "cannot-know" });
    const kept = JSON.parse(bot.kept.values.get(`device:${bot.account.userId}`) ?? "{}") as { id: string };
    expect(kept.id).not.toBe("BEFORE");
    const next = await bot.again({ own: () => undefined });
    expect(await next.adapter.find(deliveryIn(room, { firstAttemptAtMs }))).toMatchObject({ kind: "cannot-know" });
    await next.adapter.stop();
  });

  test("where it entered after the message was sent, it reads back when the room lets it", async () => {
    const room = await roomWithBot({ visibility: "shared" });
    const firstAttemptAtMs = Date.now() - 30 * 60_000;
    expect(await bot.adapter.find(deliveryIn(room, { firstAttemptAtMs }))).toEqual({ kind: "absent" });
  });

  test("where history is refused to a member, it is repeated while the server surely knows it again", async () => {
    const room = await roomWithBot();
    bot.proxy.settings.historyRefused = true;
    const delivery = deliveryIn(room);
    await bot.adapter.post(delivery, inTime);
    expect(await bot.adapter.find(delivery)).toEqual({ kind: "safe-to-repeat" });
    await bot.adapter.post(delivery, inTime);
    expect(await ada.seen(room)).toHaveLength(1);
  });

  test("outside of the room nothing is known", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    await ada.kick(room, bot.account.userId);
    expect(await bot.adapter.find(delivery)).toMatchObject({ kind: "cannot-know" });
  });

  test("a limit, a failure or no answer means asking later", async () => {
    const room = await roomWithBot();
    const delivery = deliveryIn(room);
    await bot.adapter.find(delivery);
    bot.proxy.answerOnce(/\/messages\?/, 429, { errcode: "M_LIMIT_EXCEEDED", error: "slow", retry_after_ms: 1234 });
    expect(await bot.adapter.find(delivery)).toEqual({ kind: "ask-later", ms: 1234 });
    bot.proxy.answerOnce(/\/messages\?/, 503, {});
    expect(await bot.adapter.find(delivery)).toMatchObject({ kind: "ask-later" });
    bot.proxy.answerOnce(/\/state\/m.room.history_visibility/, 500, {});
    expect(await bot.adapter.find(delivery)).toMatchObject({ kind: "ask-later" });
    bot.proxy.setDown(true);
    expect(await bot.adapter.find(delivery)).toMatchObject({ kind: "ask-later" });
  });

  test("a homeserver that nobody reaches got nothing", async () => {
    const room = await roomWithBot();
    await bot.adapter.post(deliveryIn(room), inTime);
    const delivery = deliveryIn(room);
    await bot.proxy.close();
    expect(await failureOf(bot.adapter.post(delivery, inTime))).toBe("try-later");
  });

  test("started while the homeserver is away, it starts at once, lets posts wait, and needs nothing more when it is back", async () => {
    const room = await roomWithBot();
    bot.proxy.setDown(true);
    const next = await bot.again();
    const delivery = deliveryIn(room);
    expect(await failureOf(next.adapter.post(delivery, inTime))).toBe("try-later");
    expect(await next.adapter.find(delivery)).toMatchObject({ kind: "ask-later" });
    bot.proxy.setDown(false);
    expect(await next.adapter.find(delivery)).toEqual({ kind: "absent" });
    expect(await next.adapter.post(delivery, inTime)).toMatch(/^\$/);
    await next.close();
  });

  const answers: readonly (readonly [number, string, string])[] = [
    [401, "M_UNKNOWN_TOKEN", "try-later"],
    [401, "M_MISSING_TOKEN", "try-later"],
    [403, "M_USER_SUSPENDED", "try-later"],
    [403, "M_CONSENT_NOT_GIVEN", "try-later"],
    [403, "M_RESOURCE_LIMIT_EXCEEDED", "try-later"],
    [403, "M_FORBIDDEN", "channel-unusable"],
    [404, "M_NOT_FOUND", "channel-unusable"],
    [404, "M_UNRECOGNIZED", "try-later"],
    [400, "M_BAD_JSON", "message-rejected"],
    [413, "M_TOO_LARGE", "message-rejected"],
    [429, "M_LIMIT_EXCEEDED", "try-later"],
    [500, "M_UNKNOWN", "uncertain"],
    [502, "", "uncertain"],
    [504, "", "uncertain"],
    [308, "", "try-later"],
    [200, "", "uncertain"],
  ];

  test.each(answers)("a post that is answered with %i %s is %s", async (status, errcode, kind) => {
    const room = await roomWithBot();
    bot.proxy.answerOnce(/\/send\//, status, errcode === "" ? {} : { errcode, error: "words" });
    expect(await failureOf(bot.adapter.post(deliveryIn(room), inTime))).toBe(kind);
    expect(await ada.seen(room)).toEqual([]);
  });

  test("an edit sent twice is one event, and words that come back are another", async () => {
    const room = await roomWithBot();
    const ref = await bot.adapter.post(deliveryIn(room), inTime);
    const place = { adapter: bot.adapter, channel: `matrix:${room}` };
    const edit = async (delivery: Delivery): Promise<void> => await bot.adapter.edit(delivery, ref, inTime);
    const first = editOf(place, ref, postOf({ title: "One" }));
    bot.proxy.next("cut after accepting");
    expect(await failureOf(edit(first))).toBe("uncertain");
    await edit(first);
    for (const title of ["One", "Two", "One", "One"]) await edit(editOf(place, ref, postOf({ title })));
    const edits = (await ada.events(room)).filter((event) => "m.new_content" in event.content);
    expect(edits).toHaveLength(3);
    const [only, ...more] = await ada.seen(room);
    expect(more).toEqual([]);
    expect(only?.text).toContain("One");
    expect(only?.eventId).toBe(ref);
  });
});
