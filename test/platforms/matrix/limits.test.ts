import { afterAll, beforeAll, expect, test } from "vitest";
import { DeliveryError } from "../../../src/adapter.ts";
import { done, paragraph } from "../../../src/command/reply.ts";
import { deliveryOf, inTime, postOf } from "../../contract/stage.ts";
import { until } from "../../support/wait.ts";
import { askJson } from "./http.ts";
import { openBot, type TestBot } from "./bot.ts";
import { Person } from "./person.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

/** Synapse's default rc_message: so many at once, then one every 5 s. */
const BURST = 10;
const EVERY_MS = 5000;

describeWithSynapse("a homeserver with the limits that nobody configured", () => {
  let synapse: Synapse;
  let ada: Person;
  let bot: TestBot;

  beforeAll(async () => {
    synapse = await startSynapse("default");
    ada = await Person.register(synapse, "ada");
    const runLine = async () => await Promise.resolve(done([paragraph("done")]));
    bot = await openBot(synapse, { host: { runLine } });
    await until("the first sync", 10_000, () => (bot.kept.values.size > 1 ? true : undefined));
  }, 60_000);

  afterAll(async () => {
    await bot.close();
    await synapse.close();
  });

  test("posts beyond them are tried later, after the time that the homeserver names; an answer waits by itself", async () => {
    const room = await ada.createRoom({ invite: [bot.account.userId] });
    // The greeting is one of the burst.
    await ada.waitFor(room, "a greeting", (event) => event.content["msgtype"] === "m.notice");
    const channel = `matrix:${room}`;
    let limited: DeliveryError | null = null;
    let posted = 0;
    while (limited === null && posted < 3 * BURST) {
      const delivery = deliveryOf({ adapter: bot.adapter, channel }, postOf({ title: `Post ${String(posted)}` }));
      const error = await bot.adapter.post(delivery, inTime).then(
        () => null,
        (failure: unknown) => failure,
      );
      if (error === null) posted += 1;
      else limited = error as DeliveryError;
    }
    expect(limited).toBeInstanceOf(DeliveryError);
    expect(limited?.kind).toBe("try-later");
    expect(limited?.retryAfterMs).toBeGreaterThan(0);
    expect(limited?.retryAfterMs).toBeLessThanOrEqual(2 * EVERY_MS);
    expect(posted).toBeGreaterThanOrEqual(BURST - 2);
    expect((await ada.seen(room)).filter((one) => one.msgtype === "m.text")).toHaveLength(posted);
    expect((await ada.command(room, "!wire help", 4 * EVERY_MS)).text).toBe("done");
  });

  test("lifted for the bot alone, as docs/matrix.md says, they are gone", async () => {
    const room = await ada.createRoom({ invite: [bot.account.userId] });
    await ada.waitFor(room, "a greeting", (event) => event.content["msgtype"] === "m.notice", 4 * EVERY_MS);
    const { token } = await synapse.register("root", "admin");
    const path = `/_synapse/admin/v1/users/${bot.account.userId}/override_ratelimit`;
    await askJson(synapse.socketPath, "POST", path, token, { messages_per_second: 0, burst_count: 0 });
    for (let i = 0; i < 2 * BURST; i += 1)
      await bot.adapter.post(deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf()), inTime);
  });
});
