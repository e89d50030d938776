import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { examine } from "../../../adapters/matrix/doctor.ts";
import type { Finding } from "../../../src/adapter.ts";
import { Person } from "./person.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("npm run doctor on Matrix", () => {
  let synapse: Synapse;
  let proxy: Proxy;
  let ada: Person;
  let bot: Person;
  let bots = 0;

  beforeAll(async () => {
    synapse = await startSynapse();
    proxy = await startProxy(synapse.socketPath);
    ada = await Person.register(synapse, "ada");
  }, 60_000);

  afterAll(async () => {
    await proxy.close();
    await synapse.close();
  });

  beforeEach(async () => {
    bots += 1;
    bot = await Person.register(synapse, `bot${String(bots)}`);
  });

  async function findings(accessToken = bot.token): Promise<readonly Finding[]> {
    return await examine({ homeserverUrl: proxy.url, accessToken });
  }

  async function roomWithBot(settings: Parameters<Person["createRoom"]>[0] = {}): Promise<string> {
    const room = await ada.createRoom({ ...settings, invite: [bot.userId] });
    await bot.join(room);
    return room;
  }

  const badOnes = (all: readonly Finding[]): string[] => all.flatMap(({ isGood, text }) => (isGood ? [] : [text]));

  test("all is well: who it is, that it may be invited, what the limits are", async () => {
    const all = await findings();
    expect(badOnes(all)).toEqual([]);
    const texts = all.map(({ text, mend }) => `${text} ${mend}`).join("\n");
    expect(texts).toContain(`${bot.userId}, device `);
    expect(texts).toContain(`invite ${bot.userId}`);
    expect(texts).toContain("rc_message");
  });

  test("each room is named with what stands in the way there", async () => {
    const [open, closed, secret, old] = [
      await roomWithBot(),
      await roomWithBot(),
      await roomWithBot({ encrypted: true }),
      await roomWithBot({ version: "10" }),
    ];
    await ada.setState(open, "m.room.name", { name: "News" });
    await ada.setPower(closed, { events: { "m.room.message": 50 } });
    await ada.upgrade(old, "11");
    const all = await findings();
    expect(all.filter(({ isGood }) => isGood).map(({ text }) => text)).toContain(`“News” (${open}): it may post`);
    const bad = badOnes(all);
    expect(bad).toHaveLength(3);
    expect(bad).toContain(`${closed}: it may not post, with power 0 where 50 is needed`);
    expect(bad.find((text) => text.startsWith(secret))).toContain("encrypted");
    expect(bad.find((text) => text.startsWith(old))).toContain("replaced");
  });

  test("a token that is not known, and an address that is no homeserver's", async () => {
    expect(badOnes(await findings("nonsense"))).toEqual([
      "the homeserver does not know the access token (M_UNKNOWN_TOKEN: Invalid access token passed.)",
    ]);
    proxy.answerOnce(/versions/, 404, { error: "no" });
    expect(badOnes(await findings())[0]).toContain("is not reached");
    proxy.answerOnce(/versions/, 200, { hello: "world" });
    expect(badOnes(await findings())[0]).toContain("not as a Matrix homeserver");
    proxy.setDown(true);
    expect(badOnes(await findings())[0]).toContain("is not reached");
    proxy.setDown(false);
  });
});
