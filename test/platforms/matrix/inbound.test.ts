import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { pino } from "pino";
import { Effects } from "../../../adapters/matrix/effects.ts";
import { Homeserver } from "../../../adapters/matrix/homeserver.ts";
import { Rooms } from "../../../adapters/matrix/rooms.ts";
import type { Host } from "../../../src/adapter.ts";
import { done, paragraph } from "../../../src/command/reply.ts";
import { deliveryOf, failureOf, inTime, postOf } from "../../contract/stage.ts";
import { testHost } from "../../contract/test-host.ts";
import { until } from "../../support/wait.ts";
import { openBot, type TestBot } from "./bot.ts";
import { Person } from "./person.ts";
import { startProxy } from "./proxy.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("what people say to a Matrix bot", () => {
  let synapse: Synapse;
  let ada: Person;
  let bot: TestBot;
  let room: string;
  const lines: string[] = [];
  const logged: string[] = [];
  const open: TestBot[] = [];

  const host: Partial<Host> = {
    runLine: async (_context, line) => {
      lines.push(line);
      return await Promise.resolve(done([paragraph(`done: ${line}`)]));
    },
    log: pino({ level: "info" }, { write: (line: string) => void logged.push(line) }),
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
    logged.length = 0;
    bot = await started(host);
    room = await ada.createRoom({ invite: [bot.account.userId] });
    await ada.waitFor(room, "a greeting", (event) => event.content["msgtype"] === "m.notice");
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => await one.close()));
  });

  async function started(changes: Partial<Host>): Promise<TestBot> {
    const one = await openBot(synapse, { host: changes });
    open.push(one);
    await until("the first sync", 10_000, () => (position(one) === undefined ? undefined : true));
    return one;
  }

  function position(one: TestBot): string | undefined {
    return one.kept.values.get(`sync:${one.account.userId}`);
  }

  async function answersOf(eventId: string): Promise<string[]> {
    return (await ada.seen(room)).filter((one) => one.threadRoot === eventId).map((one) => one.text);
  }

  async function stopped(one: TestBot): Promise<void> {
    await one.close();
    open.splice(open.indexOf(one), 1);
  }

  async function restarted(changes: Partial<Host> = host): Promise<TestBot> {
    const next = await openBot(synapse, { host: changes, kept: bot.kept, account: bot.account });
    open.push(next);
    return next;
  }

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
    await ada.command(room, "!wire before");
    await until("its position", 5000, () => (bot.kept.claims.size === 1 ? true : undefined));
    await stopped(bot);
    const asked: string[] = [];
    for (let i = 0; i < 30; i += 1) {
      asked.push(await ada.say(room, `!wire number ${String(i)}`));
      await ada.say(room, "talk");
    }
    await restarted();
    await ada.answerTo(room, asked.at(-1) ?? "");
    expect(lines).toEqual(["before", ...asked.map((_, i) => `number ${String(i)}`)]);
    for (const eventId of asked) expect(await answersOf(eventId)).toHaveLength(1);
  });

  test("what was said before the very first start is not answered; what was said since is, however late the homeserver is reached", async () => {
    const first = await openBot(synapse, { host: { ...host, own: () => undefined } });
    open.push(first);
    const old = await ada.createRoom({ invite: [first.account.userId] });
    await first.account.join(old);
    await ada.say(old, "!wire old");
    const proxy = await startProxy(synapse.socketPath);
    proxy.setDown(true);
    open.push(await openBot(synapse, { host, account: first.account, proxy }));
    const early = await ada.say(old, "!wire early");
    proxy.setDown(false);
    await ada.answerTo(old, early);
    await ada.command(old, "!wire new");
    expect(lines).toEqual(["early", "new"]);
  });

  test("a command whose process died before it was finished is run again, and answered once", async () => {
    await stopped(bot);
    const dying = await restarted({
      ...host,
      finish: async () => await new Promise<void>(() => undefined),
    });
    const asked = await ada.say(room, "!wire help");
    await ada.answerTo(room, asked);
    await stopped(dying);
    expect(bot.kept.claims.get(asked)).toBe("begun");
    await restarted();
    await until("the claim", 10_000, () => (bot.kept.claims.get(asked) === "done" ? true : undefined));
    expect(lines).toEqual(["help", "help"]);
    expect(await answersOf(asked)).toEqual(["done: help"]);
  });

  test("two that sync at the same time answer once", async () => {
    await restarted();
    for (let i = 0; i < 10; i += 1) {
      const asked = await ada.say(room, `!wire ${String(i)}`);
      await ada.answerTo(room, asked);
      await until("both", 5000, () => (bot.kept.claims.get(asked) === "done" ? true : undefined));
      expect(await answersOf(asked)).toHaveLength(1);
    }
  });

  test("a slow command holds up its own room alone, and the position stays before it", async () => {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    await stopped(bot);
    await restarted({
      ...host,
      runLine: async (_context, line) => {
        if (line === "slow") await gate;
        return done([paragraph(`done: ${line}`)]);
      },
    });
    const before = position(bot);
    const other = await ada.createRoom({ invite: [bot.account.userId] });
    await ada.waitFor(other, "a greeting", (event) => event.content["msgtype"] === "m.notice");
    const slow = await ada.say(room, "!wire slow");
    const behind = await ada.say(room, "!wire behind");
    expect((await ada.command(other, "!wire quick")).text).toBe("done: quick");
    expect(await answersOf(behind)).toEqual([]);
    const stuck = position(bot);
    expect((await ada.command(other, "!wire quick again")).text).toBe("done: quick again");
    expect(position(bot)).toBe(stuck);
    letGo();
    await ada.answerTo(room, behind);
    expect(await answersOf(slow)).toEqual(["done: slow"]);
    await until("the position to move", 5000, () => (position(bot) === stuck ? undefined : true));
    expect(before).not.toBe(undefined);
  });

  test("answers meet limits, failures and cuts, and come once all the same", async () => {
    for (const fault of ["429", "500", "cut before accepting", "cut after accepting", "late"] as const) {
      bot.proxy.next(fault);
      const asked = await ada.say(room, `!wire ${fault}`);
      expect((await ada.answerTo(room, asked)).text).toBe(`done: ${fault}`);
      await until("the claim", 10_000, () => (bot.kept.claims.get(asked) === "done" ? true : undefined));
      await until("what lands late", 5000, () => (bot.proxy.late() === 0 ? true : undefined));
      expect(await answersOf(asked)).toHaveLength(1);
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
    expect(await failureOf(bot.adapter.edit(`matrix:${room}`, "$x", bot.adapter.render(postOf())))).toBe("try-later");
  });

  test("a room that the homeserver cannot serve is given up after some tries, so that it holds up no other for ever", async () => {
    const { signal } = new AbortController();
    const homeserver = new Homeserver({ homeserverUrl: bot.proxy.url, accessToken: bot.account.token });
    const effects = new Effects({
      homeserver,
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

  test("an answer that exceeds an event comes in several, in order", async () => {
    await stopped(bot);
    await restarted({
      ...host,
      runLine: async () =>
        await Promise.resolve(done(Array.from({ length: 60 }, (_, i) => paragraph(`${String(i)} ${"w".repeat(700)}`)))),
    });
    const asked = await ada.say(room, "!wire feeds");
    await ada.waitFor(room, "the last page", (event) => String(event.content["body"]).includes("59 www"));
    const numbers = (await answersOf(asked)).join("\n").matchAll(/^(\d+) w/gm);
    expect(Array.from(numbers, (match) => Number(match[1]))).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });
});
