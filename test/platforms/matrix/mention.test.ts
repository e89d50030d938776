import { afterAll, beforeAll, expect, test } from "vitest";
import { toMention } from "../../../adapters/matrix/mention.ts";
import { callingPost, deliveryOf, inTime } from "../../contract/stage.ts";
import { hostileLines, hostileTexts } from "../../output/hostile-texts.ts";
import { openBot, type TestBot } from "./bot.ts";
import { Person } from "./person.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("whom a post calls in a room", () => {
  let synapse: Synapse;
  let ada: Person;
  let grace: Person;
  let bot: TestBot;
  let room: string;

  beforeAll(async () => {
    synapse = await startSynapse();
    [ada, grace] = [await Person.register(synapse, "ada"), await Person.register(synapse, "grace")];
    bot = await openBot(synapse, { host: { own: () => undefined } });
    // The bot may call everybody only with the level that the room asks for.
    const levels = { users: { [bot.account.userId]: 50 }, notifications: { room: 50 } };
    room = await ada.createRoom({ invite: [bot.account.userId, grace.userId], power: levels });
    await bot.account.join(room);
    await grace.join(room);
  }, 60_000);

  afterAll(async () => {
    await bot.close();
    await synapse.close();
  });

  async function highlights(person: Person): Promise<string[]> {
    const { notifications } = await person.ask<{ notifications: { event: { event_id: string } }[] }>(
      "GET",
      "/notifications?only=highlight&limit=100",
    );
    return notifications.map(({ event }) => event.event_id);
  }

  async function post(text: string, mention: string): Promise<string> {
    const outgoing = callingPost(mention, { title: text, author: text, source: `${text} 2` });
    return await bot.adapter.post(deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, outgoing), inTime);
  }

  const texts = [...hostileTexts, ...hostileLines].filter((_, i) => i % 8 === 0);

  test.each(texts)("%s: a post that calls one person calls that one alone", async (_name, text) => {
    const ref = await post(`${text} @room ${grace.userId}`, ada.userId);
    expect(await highlights(ada)).toContain(ref);
    expect(await highlights(grace)).not.toContain(ref);
    const seen = (await ada.seen(room)).at(-1);
    expect(seen?.content["m.mentions"]).toEqual({ user_ids: [ada.userId] });
    expect(seen?.links.filter(({ url }) => url.startsWith("https://matrix.to/")).map(({ label }) => label)).toEqual([
      ada.userId,
    ]);
  });

  test("@room calls everybody once; an edit calls nobody anew", async () => {
    const ref = await post("A title", "@room");
    for (const person of [ada, grace]) expect(await highlights(person)).toContain(ref);
    const before = await highlights(grace);
    const edit = callingPost("@room", { title: "Another title" });
    await bot.adapter.edit(deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, edit), ref, inTime);
    expect((await ada.seen(room)).at(-1)?.text).toContain("Another title");
    expect((await highlights(grace)).toSorted()).toEqual(before.toSorted());
  });
});

test.each([
  "",
  "@",
  "@ada",
  "ada:example.org",
  "@a b:example.org",
  '@a"b:example.org',
  "@a<b:example.org",
  "@a:b c",
  "!room:x.org",
])("%j is nobody", (typed) => {
  expect(toMention(typed)).toBeNull();
});
