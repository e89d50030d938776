import { randomBytes } from "node:crypto";
import type { Happening } from "./answers.ts";
import type { Inbound, Outcome } from "./inbound.ts";
import { type Fields, fieldsOf, isFields, listOf, textOf } from "./json.ts";
import { checkedView, replaceView } from "./methods/views.ts";
import { elementOf, eventPayload, pressedButton, slashCommand, submission, suggestion } from "./payloads.ts";
import { showAnswer } from "./responses.ts";
import { checkOption } from "./rules/objects.ts";
import { see, type Seen } from "./see.ts";
import type { Interaction, OpenView, Slack } from "./slack.ts";
import { APP, BOT_USER, TEAM } from "./workspace.ts";

/** What a person sees after they did something. */
export type Answer =
  | {
      readonly kind: "private" | "public" | "replaced";
      readonly id: string;
      readonly interaction: string;
      readonly seen: Seen;
    }
  | { readonly kind: "modal" | "modal updated" | "modal closed"; readonly interaction: string; readonly view: OpenView }
  | { readonly kind: "deleted"; readonly interaction: string }
  /** What the client shows when the app fails. */
  | { readonly kind: "error"; readonly code: string };

const PATIENCE_MS = 15_000;

/** People who use the app, each through what their client would do. */
export class People {
  readonly #slack: Slack;
  readonly #inbound: Inbound;

  constructor(slack: Slack, inbound: Inbound) {
    this.#slack = slack;
    this.#inbound = inbound;
  }

  /** Types a slash command and waits for what comes of it. */
  async type(name: string, channel: string, line: string): Promise<Answer> {
    const [command = "", ...rest] = line.split(" ");
    if (!this.#slack.manifest.commands.includes(command)) return { kind: "error", code: "not a command of the app" };
    const user = this.#slack.workspace.userNamed(name);
    const interaction = this.#slack.newInteraction(user.id, channel);
    const payload = slashCommand(this.#slack, user, interaction, command, rest.join(" "));
    return await this.#act(interaction, async () => await this.#inbound.send("slash_commands", payload));
  }

  /** Presses a button of a message: a private one by its id, else one in the channel. */
  async press(name: string, channel: string, messageId: string, label: string): Promise<Answer> {
    const isPrivate = this.#slack.answers.messages.has(messageId);
    const message = isPrivate
      ? this.#slack.answers.seen(messageId)
      : this.seen(channel).find((one) => one.ts === messageId);
    const button = message?.buttons.find((one) => one.label === label);
    if (button === undefined)
      throw new Error(`no button ${label} among ${message?.buttons.map((one) => one.label).join()}`);
    const user = this.#slack.workspace.userNamed(name);
    const interaction = this.#slack.newInteraction(user.id, channel, messageId);
    const payload = pressedButton(this.#slack, user, interaction, button, isPrivate);
    return await this.#act(interaction, async () => await this.#interact(payload));
  }

  /** What an external select of a modal offers for what was typed so far; checked as Slack checks it. */
  async suggest(name: string, open: OpenView, actionId: string, typed: string, values: Fields = {}): Promise<Fields[]> {
    const user = this.#slack.workspace.userNamed(name);
    const outcome = await this.#interact(suggestion(this.#slack, user, open, actionId, typed, values));
    if (outcome.kind !== "acknowledged") throw new Error(`the select shows nothing: ${outcome.kind}`);
    const options = listOf(outcome.payload, "options");
    const problems: string[] = [];
    // https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element: 100 options.
    if (options.length > 100) problems.push("more than 100 options");
    for (const [i, option] of options.entries())
      checkOption(option, (problem, at) => void problems.push(`${problem} ${at}`), `/options/${String(i)}`);
    if (problems.length > 0) throw new Error(problems.join("; "));
    return options.filter(isFields);
  }

  /**
   * Fills in a modal and submits it: by action id: for an input the text, for a file its id, for a select the value of the option, for several of them a line each.
   */
  async submit(name: string, open: OpenView, filled: Readonly<Record<string, string>>): Promise<Answer> {
    const user = this.#slack.workspace.userNamed(name);
    const values = valuesOf(this.#slack, open, filled);
    const interaction = this.#slack.newInteraction(user.id, "");
    this.#slack.interactions.set(interaction.id, interaction);
    const payload = submission(this.#slack, user, interaction, open, values);
    const from = this.#slack.answers.happenings.length;
    const outcome = await this.#interact(payload);
    const failure = failureOf(outcome);
    if (failure !== null) return failure;
    if (outcome.kind === "acknowledged") this.#afterSubmission(open, outcome.payload, interaction);
    // The answer may come by the address that the modal's command brought along.
    const own = [interaction.id, open.interaction];
    const fits = (one: Happening): boolean => own.includes(one.interaction) && one.kind !== "modal closed";
    return this.#look(await this.#slack.answers.next(from, fits, PATIENCE_MS));
  }

  /** https://docs.slack.dev/surfaces/modals#updating_response: errors, update, push or clear; nothing closes the view. */
  #afterSubmission(open: OpenView, payload: Fields, interaction: Interaction): void {
    switch (payload["response_action"]) {
      case "errors":
        return this.#slack.answers.note({
          interaction: interaction.id,
          kind: "error",
          what: Object.values(fieldsOf(payload, "errors")).join("; "),
        });
      case "update":
        return replaceView(this.#slack, open, checkedView(payload["view"]), interaction.id);
      default:
        open.isOpen = false;
        return this.#slack.answers.note({ interaction: interaction.id, kind: "modal closed", what: open.id });
    }
  }

  async #interact(payload: Fields): Promise<Outcome> {
    if (!this.#slack.manifest.isInteractive) return { kind: "nobody" };
    return await this.#inbound.send("interactive", payload);
  }

  async #act(interaction: Interaction, send: () => Promise<Outcome>): Promise<Answer> {
    const from = this.#slack.answers.happenings.length;
    const outcome = await send();
    const failure = failureOf(outcome);
    if (failure !== null) return failure;
    if (outcome.kind === "acknowledged" && ("text" in outcome.payload || "blocks" in outcome.payload))
      showAnswer(this.#slack, interaction, outcome.payload);
    const fits = (one: Happening): boolean => one.interaction === interaction.id;
    return this.#look(await this.#slack.answers.next(from, fits, PATIENCE_MS));
  }

  #look({ kind, what, interaction }: Happening): Answer {
    if (kind === "error") return { kind, code: what };
    if (kind === "deleted") return { kind, interaction };
    if (kind === "private" || kind === "replaced")
      return { kind, interaction, id: what, seen: this.#slack.answers.seen(what) };
    const view = this.#slack.views.get(what);
    if (view !== undefined && kind !== "public") return { kind, interaction, view };
    const seen = [...this.#slack.workspace.channels.values()]
      .flatMap((channel) => this.seen(channel.id))
      .find((one) => one.ts === what);
    if (seen === undefined || kind !== "public") throw new Error(`nothing to be seen of ${kind} ${what}`);
    return { kind, interaction, id: what, seen };
  }

  /** What everybody sees in a channel, oldest first, its threads among it. */
  seen(channel: string): (Seen & { readonly threadRoot: string })[] {
    const messages = this.#slack.workspace.channels.get(channel)?.messages ?? [];
    return messages.map((message) => ({
      ...see(message.ts, message.text, message.blocks, message.edited, message.format),
      threadRoot: message.threadTs ?? "",
    }));
  }

  /** An event the app subscribed to; one that is not acknowledged comes again, up to three times (https://docs.slack.dev/apis/events-api#retries). */
  async #event(event: Fields): Promise<void> {
    if (!this.#slack.manifest.events.includes(textOf(event, "type"))) return;
    const payload = eventPayload(event, randomBytes(6).toString("hex"));
    for (let attempt = 0; attempt <= 3; attempt++) {
      const outcome = await this.#inbound.send("events_api", payload, attempt);
      if (outcome.kind !== "timeout") return;
    }
  }

  async removeBot(channel: string): Promise<void> {
    this.#slack.workspace.channels.get(channel)?.members.delete(BOT_USER);
    await this.#event({ type: "member_left_channel", user: BOT_USER, channel, channel_type: "C", team: TEAM });
  }

  async inviteBot(channel: string): Promise<void> {
    this.#slack.workspace.channels.get(channel)?.members.add(BOT_USER);
    await this.#event({
      type: "member_joined_channel",
      user: BOT_USER,
      channel,
      channel_type: "C",
      team: TEAM,
      inviter: "U0MAKER01",
    });
  }

  /** Any event of a channel or of the app. */
  async happens(event: Fields): Promise<void> {
    await this.#event(event);
  }

  async archive(channelId: string): Promise<void> {
    const channel = this.#slack.workspace.channels.get(channelId);
    if (channel !== undefined) channel.isArchived = true;
    const type = channel?.isPrivate === true ? "group_archive" : "channel_archive";
    await this.#event({ type, channel: channelId, user: "U0MAKER01" });
  }

  async unarchive(channelId: string): Promise<void> {
    const channel = this.#slack.workspace.channels.get(channelId);
    if (channel !== undefined) channel.isArchived = false;
    const type = channel?.isPrivate === true ? "group_unarchive" : "channel_unarchive";
    await this.#event({ type, channel: channelId, user: "U0MAKER01" });
  }

  /** Both events come, in no given order (https://docs.slack.dev/reference/events/app_uninstalled). */
  async uninstall(): Promise<void> {
    this.#slack.botTokenError = "account_inactive";
    await this.#event({ type: "tokens_revoked", tokens: { oauth: [], bot: [BOT_USER] } });
    await this.#event({ type: "app_uninstalled", app_id: APP });
  }
}

function failureOf(outcome: Outcome): Answer | null {
  if (outcome.kind === "timeout") return { kind: "error", code: "operation_timeout" };
  return outcome.kind === "nobody" ? { kind: "error", code: "dispatch_failed" } : null;
}

/** https://docs.slack.dev/reference/objects/file-object, as far as it matters here. */
function fileObject(slack: Slack, id: string): Fields {
  const file = slack.files.get(id);
  if (file === undefined) throw new Error("upload the file first");
  const url = `${slack.baseUrl}/files/${id}/${encodeURIComponent(file.name)}`;
  return { id, name: file.name, size: file.bytes.length, url_private: url, url_private_download: url };
}

/** State of a modal as view_submission carries it. */
function valuesOf(slack: Slack, open: OpenView, filled: Readonly<Record<string, string>>): Fields {
  const inputs = listOf(open.view, "blocks").filter((one): one is Fields => isFields(one) && one["type"] === "input");
  const unknown = Object.keys(filled).find((id) => !inputs.some((one) => elementOf(one)["action_id"] === id));
  if (unknown !== undefined) throw new Error(`the modal asks for no ${unknown}`);
  const entries = inputs.map((block) => {
    const element = elementOf(block);
    const value = filled[textOf(element, "action_id")];
    if (value === undefined && block["optional"] !== true) throw new Error("the client asks to fill in this field");
    return [textOf(block, "block_id"), { [textOf(element, "action_id")]: stateOf(slack, element, value) }];
  });
  return Object.fromEntries(entries) as Fields;
}

function stateOf(slack: Slack, element: Fields, value: string | undefined): Fields {
  const type = textOf(element, "type");
  if (type === "file_input")
    return { type, files: value === undefined || value === "" ? [] : [fileObject(slack, value)] };
  if (type === "plain_text_input") return { type, value: value ?? null };
  const options = (value ?? "")
    .split("\n")
    .map((one) => ({ text: { type: "plain_text", text: one, emoji: true }, value: one }));
  if (type === "multi_external_select") return { type, selected_options: value === undefined ? [] : options };
  return { type, selected_option: value === undefined ? null : options[0] };
}
