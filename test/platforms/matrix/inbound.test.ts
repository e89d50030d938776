import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { done, paragraph } from "../../../src/command/reply.ts";
import { until } from "../../support/wait.ts";
import { openBot } from "./bot.ts";
import { startProxy } from "./proxy.ts";
import { ada, type Conversation, openHomeserver, openTalk, synapse, talk } from "./conversation.ts";
import { describeWithSynapse } from "./synapse.ts";

describeWithSynapse("what people say to a Matrix bot", () => {
  let { bot, room, lines, host }: Conversation = {} as Conversation;

  beforeAll(openHomeserver, 60_000);

  afterAll(async () => await synapse.close());

  beforeEach(async () => {
    await openTalk();
    ({ bot, room, lines, host } = talk);
  });

  afterEach(async () => await talk.close());

  test("a command is answered as a notice in a thread below it; in a thread it is answered there", async () => {
    const answer = await ada.command(room, "  !WIRE   latest \n 3 ");
    expect(answer).toMatchObject({ text: "done: latest 3", msgtype: "m.notice", content: { "m.mentions": {} } });
    const root = await ada.say(room, "Let us see.");
    const inside = { "m.relates_to": { rel_type: "m.thread", event_id: root, is_falling_back: true } };
    const asked = await ada.say(room, "!wire feeds", inside);
    const there = await ada.answerTo(room, root);
    expect(there.text).toBe("done: feeds");
    expect(there.content["m.relates_to"]).toMatchObject({ event_id: root, "m.in_reply_to": { event_id: asked } });
  });

  test("notices, edits, emotes and talk are no commands", async () => {
    const first = await ada.say(room, "!wire one");
    await ada.answerTo(room, first);
    await ada.send(room, { msgtype: "m.notice", body: "!wire notice" });
    await ada.send(room, { msgtype: "m.emote", body: "!wire emote" });
    for (const talk of ["!wired", "wire help", "I typed !wire help", "! wire help"]) await ada.say(room, talk);
    const edited = { msgtype: "m.text", body: "!wire two" };
    await ada.send(room, {
      ...edited,
      "m.new_content": edited,
      "m.relates_to": { rel_type: "m.replace", event_id: first },
    });
    await bot.account.say(room, "!wire own");
    await ada.command(room, "!wire three");
    expect(lines).toEqual(["one", "three"]);
  });

  test("what was said while nobody listened is answered afterwards, in order, however much it was, and only once", async () => {
    const first = await ada.say(room, "!wire before");
    await talk.finished(first);
    await talk.stopped(bot);
    const asked: string[] = [];
    for (let i = 0; i < 30; i += 1) {
      asked.push(await ada.say(room, `!wire number ${String(i)}`));
      await ada.say(room, "talk");
    }
    await talk.restarted();
    await ada.answerTo(room, asked.at(-1) ?? "");
    expect(lines).toEqual(["before", ...asked.map((_, i) => `number ${String(i)}`)]);
    for (const eventId of asked) expect(await talk.answersOf(eventId)).toHaveLength(1);
  });

  test("what was said before the very first start is not answered; what was said since is, however late the homeserver is reached", async () => {
    const first = await openBot(synapse, { host: { ...host, own: () => undefined } });
    talk.add(first);
    const old = await ada.createRoom({ invite: [first.account.userId] });
    await first.account.join(old);
    await ada.say(old, "!wire old");
    const proxy = await startProxy(synapse.socketPath);
    proxy.setDown(true);
    talk.add(await openBot(synapse, { host, account: first.account, proxy }));
    const early = await ada.say(old, "!wire early");
    proxy.setDown(false);
    await ada.answerTo(old, early);
    await ada.command(old, "!wire new");
    expect(lines).toEqual(["early", "new"]);
  });

  test("a command whose process died before it was finished is run again, and answered once", async () => {
    await talk.stopped(bot);
    const dying = await talk.restarted({
      ...host,
      finish: async () => await new Promise<void>(() => undefined),
    });
    const asked = await ada.say(room, "!wire help");
    await ada.answerTo(room, asked);
    await talk.stopped(dying);
    expect(bot.kept.claims.get(asked)).toBe("begun");
    await talk.restarted();
    await talk.finished(asked);
    expect(lines).toEqual(["help", "help"]);
    expect(await talk.answersOf(asked)).toEqual(["done: help"]);
  });

  test("what comes again after it was finished is not run again", async () => {
    const before = talk.position() ?? "";
    const asked = await ada.say(room, "!wire once");
    await ada.answerTo(room, asked);
    await talk.finished(asked);
    await talk.stopped(bot);
    bot.kept.values.set(`sync:${bot.account.userId}`, before);
    await talk.restarted();
    await ada.command(room, "!wire next");
    expect(lines).toEqual(["once", "next"]);
  });

  test("two that sync at the same time answer once", async () => {
    await talk.restarted();
    for (let i = 0; i < 10; i += 1) {
      const asked = await ada.say(room, `!wire ${String(i)}`);
      await ada.answerTo(room, asked);
      await talk.finished(asked);
      expect(await talk.answersOf(asked)).toHaveLength(1);
    }
  });

  test("a slow command holds up its own room alone, and the position stays before it", async () => {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    await talk.stopped(bot);
    await talk.restarted({
      ...host,
      runLine: async (_context, line) => {
        if (line === "slow") await gate;
        return done([paragraph(`done: ${line}`)]);
      },
    });
    const before = talk.position();
    const other = await ada.createRoom({ invite: [bot.account.userId] });
    await ada.waitFor(other, "a greeting", (event) => event.content["msgtype"] === "m.notice");
    const slow = await ada.say(room, "!wire slow");
    const behind = await ada.say(room, "!wire behind");
    expect((await ada.command(other, "!wire quick")).text).toBe("done: quick");
    expect(await talk.answersOf(behind)).toEqual([]);
    const stuck = talk.position();
    expect((await ada.command(other, "!wire quick again")).text).toBe("done: quick again");
    expect(talk.position()).toBe(stuck);
    letGo();
    await ada.answerTo(room, behind);
    expect(await talk.answersOf(slow)).toEqual(["done: slow"]);
    await until("the position to move", 5000, () => (talk.position() === stuck ? undefined : true));
    expect(before).not.toBe(undefined);
  });

  test("whoever waits for a slow command sees the bot typing, until it answers", async () => {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    await talk.stopped(bot);
    await talk.restarted({
      ...host,
      runLine: async () => {
        await gate;
        return done([paragraph("done")]);
      },
    });
    const asked = await ada.say(room, "!wire follow");
    await ada.seesTyping(room, [bot.account.userId]);
    letGo();
    await ada.seesTyping(room, []);
    await ada.answerTo(room, asked);
  });

  test("an answer that exceeds an event comes in several, in order", async () => {
    await talk.stopped(bot);
    await talk.restarted({
      ...host,
      runLine: async () =>
        await Promise.resolve(done(Array.from({ length: 60 }, (_, i) => paragraph(`${String(i)} ${"w".repeat(700)}`)))),
    });
    const asked = await ada.say(room, "!wire feeds");
    await ada.waitFor(room, "the last page", (event) => String(event.content["body"]).includes("59 www"));
    const numbers = (await talk.answersOf(asked)).join("\n").matchAll(/^(\d+) w/gm);
    expect(Array.from(numbers, (match) => Number(match[1]))).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });
});
