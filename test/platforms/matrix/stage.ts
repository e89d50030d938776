import type { PlatformStage, Seen, Trouble } from "../../chaos/platform-stage.ts";
import { Person } from "./person.ts";
import { type Fault, startProxy } from "./proxy.ts";
import { startSynapse } from "./synapse.ts";

/** A person has gone away by then. */
const ANSWER_LIMIT_MS = 30_000;

/** A real Synapse behind the proxy, a bot's account, and a person in every room, who sees. */
export async function openMatrixStage(): Promise<PlatformStage> {
  const synapse = await startSynapse();
  const proxy = await startProxy(synapse.socketPath);
  const [bot, person] = [await Person.register(synapse, "planetwire"), await Person.register(synapse, "person")];
  const rooms: string[] = [];
  const stage: PlatformStage = {
    platform: "matrix",
    env: { MATRIX_HOMESERVER_URL: proxy.url, MATRIX_ACCESS_TOKEN: bot.token },
    onAccepted: null,
    async channels(count) {
      while (rooms.length < count) {
        const room = await person.createRoom({ invite: [bot.userId] });
        await bot.join(room);
        rooms.push(room);
      }
      return rooms.slice(0, count).map((room) => `matrix:${room}`);
    },
    seen: async (channel) => await seenBy(person, channel.slice("matrix:".length), bot.userId),
    async say(channel, line) {
      const room = channel.slice("matrix:".length);
      const eventId = await person.say(room, `!wire ${line}`);
      const words = person.answerTo(room, eventId, ANSWER_LIMIT_MS).then(
        ({ text }) => text,
        () => "",
      );
      const answers = async (): Promise<number> =>
        (await person.seen(room)).filter((one) => one.threadRoot === eventId && one.sender === bot.userId).length;
      return { answered: words.then((text) => text !== ""), words: async () => await words, answers };
    },
    // A sync shows what was said before it, too.
    whenConnected: async () => await Promise.resolve(),
    trouble(trouble) {
      proxy.settings.shares = sharesOf(trouble);
      proxy.settings.lateMs = trouble.lateMs ?? 500;
      proxy.settings.historyLagMs = trouble.historyLagMs ?? 0;
      proxy.settings.historyRefused = trouble.historyRefused ?? false;
    },
    summary: () => {
      const names = [...new Set(proxy.faults)];
      const faults = names.map((name) => `${name}: ${String(proxy.faults.filter((one) => one === name).length)}`);
      return [`${String(proxy.sends.length)} requests to send`, ...faults].join(", ");
    },
    async close() {
      await proxy.close();
      await synapse.close();
    },
  };
  proxy.settings.onAccepted = async () => await stage.onAccepted?.();
  return stage;
}

async function seenBy(person: Person, room: string, bot: string): Promise<Seen[]> {
  return (await person.seen(room))
    .filter((message) => message.sender === bot)
    .map(({ msgtype, text, links, threadRoot }) => ({
      text,
      isInThread: threadRoot !== "",
      // Within a quotation are the entry's own links.
      urls: msgtype === "m.text" ? links.filter(({ quoted }) => !quoted).map(({ url }) => url) : [],
    }));
}

/** A nonce's window has no counterpart: how long Synapse remembers transaction ids cannot be set. */
function sharesOf(trouble: Trouble): { [fault in Fault]?: number } {
  return {
    "429": trouble.limited ?? 0,
    "500": trouble.failing ?? 0,
    "cut before accepting": trouble.cutBefore ?? 0,
    "cut after accepting": trouble.cutAfter ?? 0,
    late: trouble.late ?? 0,
  };
}
