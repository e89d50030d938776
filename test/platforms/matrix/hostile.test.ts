import { afterAll, beforeAll, expect, test } from "vitest";
import { deliveryOf, inTime, postOf } from "../../contract/stage.ts";
import { hostileLines, hostileTexts } from "../../output/hostile-texts.ts";
import { openBot, type TestBot } from "./bot.ts";
import { Person } from "./person.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("hostile text in a room", () => {
  let synapse: Synapse;
  let ada: Person;
  let bot: TestBot;
  let room: string;

  beforeAll(async () => {
    synapse = await startSynapse();
    ada = await Person.register(synapse, "ada");
    bot = await openBot(synapse, { host: { own: () => undefined } });
    room = await ada.createRoom({ invite: [bot.account.userId] });
    await bot.account.join(room);
  }, 60_000);

  afterAll(async () => {
    await bot.close();
    await synapse.close();
  });

  test.each([...hostileTexts, ...hostileLines])(
    "%s: the homeserver takes it, and a person sees one message that links its post alone and calls nobody",
    async (_name, text) => {
      const before = (await ada.seen(room)).length;
      const summary = { title: text, author: text, source: `${text} 2` };
      await bot.adapter.post(deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf(summary)), inTime);
      const [seen, ...more] = (await ada.seen(room)).slice(before);
      expect(more).toEqual([]);
      expect(seen?.links.map(({ url }) => url)).toEqual(["https://blog.example/post"]);
      expect(seen?.text).toContain("What it says.");
      const unread = await ada.ask<{ notifications: { event: { event_id: string }; actions: unknown[] }[] }>(
        "GET",
        "/notifications?only=highlight",
      );
      expect(unread.notifications.map(({ event }) => event.event_id)).not.toContain(seen?.eventId);
    },
  );
});
