import { pino } from "pino";
import type { Host } from "../../../src/adapter.ts";
import { done, paragraph } from "../../../src/command/reply.ts";
import { until } from "../../support/wait.ts";
import { openBot, type TestBot } from "./bot.ts";
import { Person } from "./person.ts";
import { startSynapse, type Synapse } from "./synapse.ts";

/** A person and a bot in a room; the bot's core answers every line with what it was. */
export interface Conversation {
  readonly room: string;
  readonly bot: TestBot;
  /** What the core was asked, in order. */
  readonly lines: readonly string[];
  /** What was logged, each a line of JSON. */
  readonly logged: readonly string[];
  readonly host: Partial<Host>;
  /** Closed at the end, too. */
  add(one: TestBot): void;
  /** Where the bot's sync stands. */
  position(): string | undefined;
  finished(eventId: string): Promise<void>;
  /** What stands in the thread of a message. */
  answersOf(eventId: string): Promise<string[]>;
  stopped(one: TestBot): Promise<void>;
  /** Another process on the same state. */
  restarted(changes?: Partial<Host>): Promise<TestBot>;
  close(): Promise<void>;
}

// One homeserver with one person for a test file, which has this module to itself, and one conversation for a test.
export let synapse: Synapse;
export let ada: Person;
export let talk: Conversation;

export async function openHomeserver(): Promise<void> {
  synapse = await startSynapse();
  ada = await Person.register(synapse, "ada");
}

export async function openTalk(): Promise<void> {
  talk = await openConversation();
}

async function openConversation(): Promise<Conversation> {
  const [lines, logged, open]: [string[], string[], TestBot[]] = [[], [], []];
  const host: Partial<Host> = {
    runLine: async (_context, line) => {
      lines.push(line);
      return await Promise.resolve(done([paragraph(`done: ${line}`)]));
    },
    log: pino({ level: "info" }, { write: (line: string) => void logged.push(line) }),
  };
  const bot = await openBot(synapse, { host });
  open.push(bot);
  const position = (): string | undefined => bot.kept.values.get(`sync:${bot.account.userId}`);
  await until("the first sync", 20_000, () => (position() === undefined ? undefined : true));
  const room = await ada.createRoom({ invite: [bot.account.userId] });
  await ada.waitFor(room, "a greeting", (event) => event.content["msgtype"] === "m.notice");
  return {
    room,
    bot,
    lines,
    logged,
    host,
    position,
    add: (one) => void open.push(one),
    async finished(eventId) {
      await until("the claim", 20_000, () => (bot.kept.claims.get(eventId) === "done" ? true : undefined));
    },
    async answersOf(eventId) {
      return (await ada.seen(room)).filter((one) => one.threadRoot === eventId).map((one) => one.text);
    },
    async stopped(one) {
      await one.close();
      open.splice(open.indexOf(one), 1);
    },
    async restarted(changes = host) {
      const next = await openBot(synapse, { host: changes, kept: bot.kept, account: bot.account });
      open.push(next);
      return next;
    },
    async close() {
      await Promise.all(open.splice(0).map(async (one) => await one.close()));
    },
  };
}
