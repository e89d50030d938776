import { type Choice, interact, type Interaction, interactionType } from "./interaction.ts";
import { isJson, type Json, listOf, numberOf, textOf } from "./json.ts";
import { nextSnowflake } from "./snowflake.ts";
import { seeMessage, type SeenMessage } from "./seen.ts";
import type { State } from "./state.ts";
import type { Channel, Message, User } from "./world.ts";

/** What came of an interaction; null where nothing did in time ("The application did not respond"). */
export interface Answered {
  readonly interaction: Interaction;
  readonly message: SeenMessage | null;
}

export interface Waiter {
  /** Where uploaded files lie. */
  readonly filesUrl: string;
  soon<T>(look: () => T | null, waitMs: number): Promise<T | null>;
}

/** Somebody in a guild, with Discord's client in front of them. */
export class Person {
  readonly user: User;
  readonly #state: State;
  readonly #waiter: Waiter;
  /** How long they look at the screen before they give up. */
  patienceMs = 10_000;

  constructor(state: State, waiter: Waiter, user: User) {
    this.#state = state;
    this.#waiter = waiter;
    this.user = user;
  }

  /** Sends `/root sub option:value …` without waiting for an answer. */
  send(channel: Channel, root: string, sub: string, options: Readonly<Record<string, string>> = {}): Interaction {
    const data = this.#commandData(root, sub, options, null);
    return interact(this.#state, { type: interactionType.command, userId: this.user.id, channel, data });
  }

  /** Sends a command and waits until there is something to read. */
  async command(
    channel: Channel,
    root: string,
    sub: string,
    options: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    return await this.answerTo(this.send(channel, root, sub, options));
  }

  async answerTo(interaction: Interaction, patienceMs = this.patienceMs): Promise<Answered> {
    const message = await this.#waiter.soon(() => {
      const { original, thinking } = interaction;
      return original === null || thinking || original.deleted ? null : original;
    }, patienceMs);
    return { interaction, message: message === null ? null : seeMessage(this.#state.world, message) };
  }

  /** Uploads a file for an option of a command that takes one; returns what the option is set to. */
  upload(name: string, content: string | Buffer): string {
    const id = nextSnowflake();
    const url = `${this.#waiter.filesUrl}/${id}/${encodeURIComponent(name)}`;
    this.#state.world.attachments.set(id, { id, name, bytes: Buffer.from(content), url });
    return id;
  }

  /** What is offered while typing `typed` into an option. */
  async complete(
    channel: Channel,
    root: string,
    sub: string,
    focused: string,
    options: Readonly<Record<string, string>>,
  ): Promise<readonly Choice[] | null> {
    const data = this.#commandData(root, sub, options, focused);
    const interaction = interact(this.#state, {
      type: interactionType.autocomplete,
      userId: this.user.id,
      channel,
      data,
    });
    return await this.#waiter.soon(() => interaction.choices, this.patienceMs);
  }

  /** Presses a button of a message that this person sees, and waits until the message or another one says something new. */
  async press(channel: Channel, messageId: string, label: string): Promise<Answered> {
    const message = channel.messages.find((one) => one.id === messageId && !one.deleted);
    if (message === undefined) throw new Error("there is no such message any more");
    if (message.ephemeralFor !== null && message.ephemeralFor !== this.user.id)
      throw new Error("this message is for somebody else");
    const button = seeMessage(this.#state.world, message).buttons.find((one) => one.label === label);
    if (button === undefined || button.isDisabled) throw new Error(`there is no button “${label}” to press`);
    const interaction = interact(this.#state, {
      type: interactionType.component,
      userId: this.user.id,
      channel,
      data: { custom_id: button.customId, component_type: 2 },
      source: message,
    });
    return await this.#afterPress(interaction, message, message.editedAtMs, message.body);
  }

  async #afterPress(interaction: Interaction, source: Message, was: number | null, body: Json): Promise<Answered> {
    const shown = await this.#waiter.soon(() => {
      const answer = interaction.original;
      if (answer !== null && answer !== source && !interaction.thinking && !answer.deleted) return answer;
      if (source.deleted || source.editedAtMs !== was || source.body !== body) return source;
      return interaction.followUps[0] ?? null;
    }, this.patienceMs);
    return { interaction, message: shown === null ? null : seeMessage(this.#state.world, shown) };
  }

  /** As the client makes it: only commands that are registered, required options, numbers as numbers, one of the choices. */
  #commandData(root: string, sub: string, options: Readonly<Record<string, string>>, focused: string | null): Json {
    const command = this.#state.world.commands.find((one) => one["name"] === root);
    const subcommand = optionsOf(command).find((one) => one["name"] === sub);
    if (command === undefined || subcommand === undefined) throw new Error(`/${root} ${sub} is not registered`);
    const known = optionsOf(subcommand);
    const unknown = Object.keys(options).find((name) => !known.some((one) => one["name"] === name));
    if (unknown !== undefined) throw new Error(`/${root} ${sub} has no option ${unknown}`);
    const missing = known.find((one) => one["required"] === true && options[textOf(one["name"])] === undefined);
    if (missing !== undefined && focused === null) throw new Error(`${textOf(missing["name"])} is required`);
    const given = known.flatMap((option) => {
      const value = options[textOf(option["name"])];
      if (value === undefined) return [];
      return [{ ...optionData(option, value), ...(option["name"] === focused ? { focused: true } : {}) }];
    });
    return {
      id: command["id"],
      name: root,
      type: 1,
      options: [{ name: sub, type: 1, options: given }],
      ...this.#resolved(given),
    };
  }

  /** Interactions / Receiving and Responding, "Resolved Data Structure". */
  #resolved(given: readonly Json[]): Json {
    const ids = given.filter((one) => one["type"] === attachmentType).map((one) => textOf(one["value"]));
    if (ids.length === 0) return {};
    const attachments = ids.map((id) => {
      const found = this.#state.world.attachments.get(id);
      if (found === undefined) throw new Error("upload the file first");
      const { name, bytes, url } = found;
      return [id, { id, filename: name, size: bytes.length, url, proxy_url: url, ephemeral: true }];
    });
    return { resolved: { attachments: Object.fromEntries(attachments) as Json } };
  }
}

function optionsOf(value: Json | undefined): Json[] {
  return listOf(value?.["options"]).filter(isJson);
}

const integerType = 4;
const attachmentType = 11;

function optionData(option: Json, value: string): Json {
  const type = numberOf(option["type"]);
  const choices = listOf(option["choices"]).filter(isJson);
  if (choices.length > 0 && !choices.some((choice) => choice["value"] === value))
    throw new Error(`${value} is none of the choices of ${textOf(option["name"])}`);
  if (type === integerType && !/^-?\d+$/.test(value)) throw new Error(`${textOf(option["name"])} takes whole numbers`);
  return { name: option["name"], type, value: type === integerType ? Number(value) : value };
}
