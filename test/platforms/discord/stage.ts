import type { PlatformStage, Said, Seen, Trouble } from "../../chaos/platform-stage.ts";
import { isJson, type Json, listOf, textOf } from "./json.ts";
import type { Answered, Person } from "./person.ts";
import { DiscordServer, TOKEN } from "./server.ts";
import { noTrouble } from "./trouble.ts";
import type { Channel } from "./world.ts";

/** A person who has waited so long looks elsewhere. */
const PATIENCE_MS = 5000;
const REGISTERED_WITHIN_MS = 30_000;
const ANSWER_WITHIN_MS = 30_000;

/** Our Discord for the chaos harness. */
export async function openDiscordStage(): Promise<PlatformStage> {
  return new DiscordStage(await DiscordServer.start());
}

class DiscordStage implements PlatformStage {
  readonly platform = "discord";
  readonly env: Readonly<Record<string, string>>;
  onAccepted: (() => Promise<void>) | null = null;
  readonly #server: DiscordServer;
  readonly #person: Person;
  #accepted = 0;

  constructor(server: DiscordServer) {
    this.#server = server;
    this.#person = server.manager();
    this.#person.patienceMs = PATIENCE_MS;
    this.env = { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: server.apiUrl };
    server.state.onAccepted = async () => {
      this.#accepted += 1;
      await this.onAccepted?.();
    };
  }

  async channels(count: number): Promise<readonly string[]> {
    const all = Array.from({ length: count }, (_, i) => this.#server.addChannel({ name: `channel ${String(i)}` }));
    return await Promise.resolve(all.map(({ id }) => `discord:${id}`));
  }

  async seen(channel: string): Promise<readonly Seen[]> {
    const all = this.#server.seen(this.#channel(channel).id);
    const { id } = this.#channel(channel);
    return await Promise.resolve(
      all.map(({ text, links, channelId }) => ({
        text,
        isInThread: channelId !== id,
        // Titles are links in headings or lists; those of an excerpt are its own.
        urls: links.map(({ url }) => url),
      })),
    );
  }

  async say(channel: string, line: string): Promise<Said> {
    const [name = "", ...words] = line.split(" ");
    const options = await this.#optionsOf(name, words);
    const interaction = this.#person.send(this.#channel(channel), "wire", name, options);
    const answer = this.#person.answerTo(interaction);
    return {
      answered: answer.then(({ message }: Answered) => message !== null),
      words: async () => (await this.#person.answerTo(interaction, ANSWER_WITHIN_MS)).message?.text ?? "",
      answers: () => interaction.followUps.length + Number(interaction.original !== null && !interaction.thinking),
    };
  }

  /** `name:value` for an option of that name; else the words in the order of the options, and what is left over belongs to the last. */
  async #optionsOf(name: string, words: readonly string[]): Promise<Record<string, string>> {
    const { world } = this.#server.state;
    const options = await this.#server.soon(() => {
      const rows = listOf(world.commands[0]?.["options"]).filter(isJson);
      const row: Json | undefined = rows.find((one) => one["name"] === name);
      return row === undefined ? null : listOf(row["options"]).filter(isJson);
    }, REGISTERED_WITHIN_MS);
    if (options === null) throw new Error(`/wire ${name} was never registered`);
    const names = options.map((option) => textOf(option["name"]));
    const isNamed = (word: string): boolean => names.includes(word.split(":")[0] ?? "") && word.includes(":");
    const plain = words.filter((word) => !isNamed(word));
    const values = names.map((option, i): [string, string] => [
      option,
      (i === names.length - 1 ? plain.slice(i) : plain.slice(i, i + 1)).join(" "),
    ]);
    const named = words.filter(isNamed).map((word): [string, string] => {
      const at = word.indexOf(":");
      return [word.slice(0, at), word.slice(at + 1)];
    });
    return Object.fromEntries([...values, ...named].filter(([, value]) => value !== ""));
  }

  async whenConnected(): Promise<void> {
    await this.#server.gateway.whenConnected(1);
  }

  trouble(trouble: Trouble): void {
    const { limited = 0, failing = 0, cutBefore = 0, cutAfter = 0, late = 0 } = trouble;
    this.#server.state.trouble.set({
      ...noTrouble,
      shares: {
        "429": limited,
        // A failure may strike on either side of the acceptance.
        "500": failing / 2,
        "500 after accepting": failing / 2,
        "cut before accepting": cutBefore,
        "cut after accepting": cutAfter,
        late,
      },
      lateMs: trouble.lateMs ?? noTrouble.lateMs,
      historyLagMs: trouble.historyLagMs ?? 0,
      historyRefused: trouble.historyRefused ?? false,
      nonceWindowMs: trouble.nonceWindowMs === null ? Infinity : (trouble.nonceWindowMs ?? noTrouble.nonceWindowMs),
    });
  }

  summary(): string {
    const { trouble, repeats } = this.#server.state;
    const met = [...trouble.met].map(([fault, count]) => `${fault} ${String(count)}`).join(", ");
    const { violations } = this.#server;
    const misfits = violations.length === 0 ? "" : `, NOT IN THE DESCRIPTION: ${violations.slice(0, 3).join("; ")}`;
    return `accepted ${String(this.#accepted)}, repeats caught by nonce ${String(repeats)}, faults: ${met || "none"}${misfits}`;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  #channel(name: string): Channel {
    const channel = this.#server.state.world.channels.get(name.slice("discord:".length));
    if (channel === undefined) throw new Error(`there is no channel ${name}`);
    return channel;
  }
}
