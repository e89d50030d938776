import { afterAll, beforeAll, expect, test } from "vitest";
import { previews } from "../../../adapters/index.ts";
import type { Command } from "../../../src/command/command.ts";
import type { CommandDeps } from "../../../src/command/deps.ts";
import { createCommands } from "../../../src/command/table.ts";
import type { Bot } from "../../support/processes.ts";
import { numbered, rss } from "../../support/rss.ts";
import type { ServedFeed } from "../../support/served-feed.ts";
import { until } from "../../support/wait.ts";
import { Person } from "./person.ts";
import type { Seen } from "./seen.ts";
import { account, ada, close, open, roomWithBot, synapse, world } from "./live.ts";
import { describeWithSynapse } from "./synapse.ts";

const rounds = 24;
const killEvery = 8;
const brokeOff = "for a reason of mine";

describeWithSynapse("the commands in a Matrix room, asked of the real bot", () => {
  let feed: ServedFeed;
  const bots: Bot[] = [];
  // Only what is written in the table is read; nothing of it is run here.
  const table: readonly Command[] = createCommands({ previews } as CommandDeps);

  beforeAll(async () => {
    await open({ DIGEST_FROM: "4" });
    feed = await world.feed([numbered(2, { author: "Ada Lovelace" }), numbered(1, { author: "Grace Hopper" })]);
    bots.push(await world.startBot());
  }, 90_000);

  afterAll(close, 60_000);

  async function follow(room: string): Promise<Seen> {
    return await ada.command(room, `!wire follow ${feed.url}`, 30_000);
  }

  /** The command's own example, about the feed that is there. */
  function lineOf(command: Command): string {
    const entry = `http://${feed.site}/posts/1`;
    const urls = (url: string): string => (url === "https://example.org/posts/42" ? entry : feed.url);
    return `!wire ${command.example.replace(/https?:\/\/\S+/, urls)}`;
  }

  test("every row of the table is understood and answered, by its own example", async () => {
    const room = await roomWithBot();
    await follow(room);
    const last = (name: string): number => ["unfollow", "forget"].indexOf(name);
    const rows = table.toSorted((a, b) => last(a.name) - last(b.name));
    for (const command of rows) {
      const answer = await ada.command(room, lineOf(command), 30_000);
      const what = `${lineOf(command)}: ${answer.text}`;
      expect(answer.msgtype, what).toBe("m.notice");
      expect(answer.html, what).not.toBe("");
      expect(answer.text, what).not.toMatch(/^✘/);
      expect(answer.text, what).not.toContain(brokeOff);
      expect(answer.content["m.mentions"]).toEqual({});
    }
    const help = await ada.command(room, "!wire");
    for (const { name } of table) expect(help.text).toContain(name);
  });

  test("wrong input gets an answer that says how it is written", async () => {
    const room = await roomWithBot();
    await follow(room);
    expect((await ada.command(room, "!wire nonsense")).text).toMatch(/^✘ There is no command “nonsense”/);
    for (const command of table.filter(({ options }) => options.some((option) => option.required))) {
      const answer = await ada.command(room, `!wire ${command.name}`);
      expect(answer.text, command.name).toMatch(/^✘ .* is missing: .*for example: /);
    }
    for (const command of table.filter(({ options }) =>
      options.some(({ type, required }) => required && type === "feed"),
    )) {
      const answer = await ada.command(room, `!wire ${command.name} 99`);
      expect(answer.text, command.name).toMatch(/^✘/);
      expect(answer.text, command.name).not.toContain(brokeOff);
    }
  });

  test("who may not change the room's settings is told so for every row that changes something", async () => {
    const room = await roomWithBot();
    await follow(room);
    const bob = await Person.register(synapse, "bob");
    await ada.invite(room, bob.userId);
    await bob.join(room);
    for (const command of table) {
      const answer = await bob.command(room, lineOf(command), 30_000);
      if (command.permission === "manage") expect(answer.text, command.name).toMatch(/^✘ Only those who manage/);
      // A command that looks and changes asks for itself.
      else expect(answer.text, command.name).not.toMatch(/^✘ (?!Only those who manage this channel )/);
    }
  });

  test("what is published is posted in the room, a flood as one digest; after a kick nothing, and all of it after a new invitation", async () => {
    const room = await roomWithBot();
    const own = await world.feed([numbered(1)]);
    own.hold();
    await ada.command(room, `!wire follow ${own.url}`, 30_000);
    own.publish(rss([numbered(2), numbered(1)]));
    own.begin();
    const posted = async (n: number): Promise<void> => {
      const link = `.example/posts/${String(n)}`;
      await ada.waitFor(
        room,
        `post ${String(n)}`,
        (event) => event.content["msgtype"] === "m.text" && JSON.stringify(event.content).includes(`${link}\\"`),
        30_000,
      );
    };
    await posted(2);
    await ada.kick(room, account.userId);
    own.publish(rss(Array.from({ length: 7 }, (_, i) => numbered(7 - i))));
    await own.lastConfirmed();
    await ada.invite(room, account.userId);
    await posted(7);
    const messages = (await ada.seen(room)).filter(
      (one) => one.msgtype === "m.text" && one.sender === account.userId && one.threadRoot === "",
    );
    const numbers = messages.map((one) =>
      one.links.filter(({ quoted }) => !quoted).map(({ url }) => Number(url.split("/").at(-1))),
    );
    expect(numbers).toEqual([[2], [3, 4, 5, 6, 7]]);
    expect(messages[0]?.text).toContain("Post 2 is about a subject");
  });

  test(`two bots, of which one is killed now and then: ${String(rounds)} commands are answered once each`, async () => {
    const room = await roomWithBot();
    await follow(room);
    const asked: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (round % killEvery === 0) {
        bots.push(await world.startBot());
        bots.shift()?.signal("SIGKILL");
      }
      asked.push(await ada.say(room, round % 2 === 0 ? "!wire pause" : "!wire resume"));
    }
    const answered = async (): Promise<Map<string, number>> => {
      const counts = new Map(asked.map((eventId) => [eventId, 0]));
      for (const { threadRoot, sender } of await ada.seen(room))
        if (sender === account.userId && counts.has(threadRoot))
          counts.set(threadRoot, (counts.get(threadRoot) ?? 0) + 1);
      return counts;
    };
    await until("all answers", 40_000, async () =>
      [...(await answered()).values()].every((count) => count > 0) ? true : undefined,
    );
    expect([...(await answered()).values()]).toEqual(asked.map(() => 1));
  });
});
