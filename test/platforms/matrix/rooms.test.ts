import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from "vitest";
import type { Host } from "../../../src/adapter.ts";
import { done, paragraph } from "../../../src/command/reply.ts";
import { deliveryOf, failureOf, inTime, postOf, summaryOf } from "../../contract/stage.ts";
import { until } from "../../support/wait.ts";
import { openBot, type TestBot } from "./bot.ts";
import { Person } from "./person.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("rooms of a Matrix bot", () => {
  let synapse: Synapse;
  let ada: Person;
  let bot: TestBot;
  const lines: string[] = [];

  const host: Partial<Host> = {
    runLine: async (context, line) => {
      lines.push(`${context.role}: ${line}`);
      return await Promise.resolve(done([paragraph(`done: ${line}`)]));
    },
  };

  beforeAll(async () => {
    synapse = await startSynapse();
    ada = await Person.register(synapse, "ada");
  }, 60_000);

  afterAll(async () => {
    await synapse.close();
  });

  beforeEach(async () => {
    lines.length = 0;
    bot = await openBot(synapse, { host });
    await syncedOnce(bot);
  });

  afterEach(async () => {
    await bot.close();
  });

  async function syncedOnce(one: TestBot): Promise<void> {
    const name = `sync:${one.account.userId}`;
    await until("the first sync", 10_000, () => (one.kept.values.has(name) ? true : undefined));
  }

  async function said(what: string): Promise<void> {
    await until(what, 10_000, () => (bot.kept.said.some((one) => one.startsWith(what)) ? true : undefined));
  }

  async function joined(room: string): Promise<void> {
    await said(`usable matrix:${room}`);
  }

  async function roomWithBot(settings: Parameters<Person["createRoom"]>[0] = {}): Promise<string> {
    const room = await ada.createRoom({ ...settings, invite: [bot.account.userId] });
    await joined(room);
    return room;
  }

  test("an invitation from its own server is accepted, greeted, and what was asked before it came in is answered", async () => {
    bot.proxy.setDown(true);
    const room = await ada.createRoom();
    const early = await ada.say(room, "!wire before the invitation");
    await ada.invite(room, bot.account.userId);
    const meant = await ada.say(room, "!wire feeds");
    bot.proxy.setDown(false);
    expect((await ada.answerTo(room, meant)).text).toBe("done: feeds");
    const seen = await ada.seen(room);
    expect(seen.some((one) => one.threadRoot === early)).toBe(false);
    expect(seen.filter((one) => one.text.includes("!wire follow") && one.msgtype === "m.notice")).toHaveLength(1);
    expect(lines).toEqual(["manager: feeds"]);
  });

  test("an invitation from a server that is not named is declined", async () => {
    const other = await openBot(synapse, { inviteServers: ["elsewhere.example"], host });
    try {
      const room = await ada.createRoom({ invite: [other.account.userId] });
      await ada.waitFor(
        room,
        "the bot to decline",
        (event) => event.state_key === other.account.userId && event.content["membership"] === "leave",
      );
      expect(other.kept.said).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test("removed, it pauses the channel with who did it and why; invited again, it goes on", async () => {
    const room = await roomWithBot();
    await ada.kick(room, bot.account.userId);
    await said(`gone matrix:${room}: ${ada.userId} removed me from this room (a test)`);
    const delivery = deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf());
    expect(await failureOf(bot.adapter.post(delivery, inTime))).toBe("channel-unusable");
    expect(await bot.adapter.find(delivery)).toMatchObject({ kind: "cannot-know" });
    bot.kept.said.length = 0;
    await ada.invite(room, bot.account.userId);
    await joined(room);
    expect(await bot.adapter.post(delivery, inTime)).toMatch(/^\$/);
  });

  test("a right that was given back ends the pause", async () => {
    const room = await roomWithBot();
    await ada.setPower(room, { events_default: 50 });
    bot.kept.said.length = 0;
    await ada.setPower(room, { events_default: 0 });
    await joined(room);
  });

  test("an encrypted room is told so once, in clear text, and nothing is posted or run there", async () => {
    const room = await ada.createRoom({ invite: [bot.account.userId], encrypted: true });
    await said(`unusable matrix:${room}: this room is encrypted`);
    const notice = await ada.waitFor(room, "the notice", (event) =>
      String(event.content["body"]).includes("encrypted"),
    );
    expect(notice.content["msgtype"]).toBe("m.notice");
    const delivery = deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf());
    expect(await failureOf(bot.adapter.post(delivery, inTime))).toBe("channel-unusable");
    await ada.kick(room, bot.account.userId);
    await said(`gone matrix:${room}: ${ada.userId} removed me`);
    await ada.invite(room, bot.account.userId);
    await joined(room);
    await ada.say(room, "!wire feeds");
    const open = await roomWithBot();
    await ada.command(open, "!wire help");
    expect(lines).toEqual(["manager: help"]);
    expect((await ada.seen(room)).filter((one) => one.sender === bot.account.userId)).toHaveLength(1);
  });

  test("a room that becomes encrypted is left alone from then on, also by a process that heard nothing of it", async () => {
    const room = await roomWithBot();
    const delivery = deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf());
    await bot.adapter.post(delivery, inTime);
    await ada.setState(room, "m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    await said(`unusable matrix:${room}: this room is encrypted`);
    const another = { ...delivery, key: "another-key-of-a-delivery" };
    expect(await failureOf(bot.adapter.post(another, inTime))).toBe("channel-unusable");
    const deaf = await bot.again({ own: () => undefined });
    expect(await failureOf(deaf.adapter.post(another, inTime))).toBe("channel-unusable");
    await deaf.adapter.stop();
  });

  test("a room that was replaced is followed to the new one", async () => {
    const room = await roomWithBot({ version: "10", power: { invite: 0 } });
    await ada.setState(room, "m.room.join_rules", { join_rule: "public" });
    const next = await ada.upgrade(room, "11");
    await said(`moved matrix:${room} matrix:${next}`);
    await joined(next);
    expect((await ada.command(next, "!wire feeds")).text).toBe("done: feeds");
  });

  test("a replacement that it may not enter pauses the channel, and an invitation there moves it; no other room can claim that", async () => {
    const room = await roomWithBot({ version: "10" });
    const next = await ada.upgrade(room, "11");
    await said(`unusable matrix:${room}: this room was replaced by ${next}`);
    const thief = await ada.ask<{ room_id: string }>("POST", "/createRoom", {
      preset: "private_chat",
      invite: [bot.account.userId],
      creation_content: { predecessor: { room_id: room, event_id: "$x" } },
    });
    await joined(thief.room_id);
    expect(bot.kept.said.filter((one) => one.startsWith("moved"))).toEqual([]);
    await ada.invite(next, bot.account.userId);
    await said(`moved matrix:${room} matrix:${next}`);
    await joined(next);
  });

  test.each(["10", "12"])("in a room of version %s the power for settings decides who manages", async (version) => {
    const room = await roomWithBot({ version });
    const bob = await Person.register(synapse, `bob${version}`);
    await ada.invite(room, bob.userId);
    await bob.join(room);
    await ada.command(room, "!wire one");
    await bob.command(room, "!wire two");
    const { users } = await ada.state<{ users: object }>(room, "m.room.power_levels");
    await ada.setPower(room, { users: { ...users, [bob.userId]: 50 } });
    await bob.command(room, "!wire three");
    await ada.setPower(room, { state_default: 60 });
    await bob.command(room, "!wire four");
    expect(lines).toEqual(["manager: one", "member: two", "manager: three", "member: four"]);
  });

  test("a huge digest does not fit, a smaller one does; what fits is taken by a homeserver, and so is its edit", async () => {
    const room = await roomWithBot();
    const feed = { id: "f", url: "https://blog.example/f", title: "t".repeat(500) };
    const long = summaryOf({
      title: "“wörd” ".repeat(100),
      author: "&".repeat(200),
      url: `https://blog.example/${"x".repeat(1500)}`,
    });
    const digest = (count: number): string =>
      bot.adapter.render({
        kind: "digest",
        sections: [{ feed, summaries: Array.from({ length: count }, () => long) }],
      });
    let count = 2;
    while (fitsDigest(count + 1)) count += 1;
    function fitsDigest(entries: number): boolean {
      try {
        return digest(entries) !== "";
      } catch (error) {
        expect((error as Error).name).toBe("TooLong");
        return false;
      }
    }
    expect(count).toBeGreaterThan(4);
    const delivery = {
      ...deliveryOf({ adapter: bot.adapter, channel: `matrix:${room}` }, postOf()),
      message: digest(count),
    };
    const ref = await bot.adapter.post(delivery, inTime);
    await bot.adapter.edit({ ...delivery, key: "edit".repeat(6) }, ref, inTime);
  });
});
