import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
} from "discord.js";
import type { Host } from "../../src/adapter.ts";
import { fileAt } from "../../src/attached-file.ts";
import type { AttachedFile, Completion, TypedOptions } from "../../src/command/command.ts";
import { refused, type Reply } from "../../src/command/reply.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { keep, show } from "./answering.ts";
import { answerOf } from "./answer.ts";
import { contextOf } from "./asking.ts";
import { ROOT } from "./command-json.ts";
import { MOST_CHOICE_CHARS, MOST_CHOICES } from "./limits.ts";
import { channelIdOf, rememberGuild } from "./message-link.ts";
import { press } from "./press.ts";

/** Discord waits 3 s for choices; those that come later are wasted. */
const COMPLETE_WITHIN_MS = 2500;
/** Discord takes edits of an answer for 15 minutes. */
const LIVES_MS = 14 * 60_000;
const PACE = { everyMs: 5000, most: Infinity };

/** One inbound interaction. Never throws: what cannot be answered is logged. */
export async function answerInteraction(host: Host, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isChatInputCommand() && interaction.commandName === ROOT) await runCommand(host, interaction);
    else if (interaction.isAutocomplete() && interaction.commandName === ROOT) await complete(host, interaction);
    else if (interaction.isButton()) await press(host, interaction);
  } catch (error) {
    host.log.warn({ err: error, interaction: interaction.id }, "an interaction could not be answered");
  }
}

/**
 * Deferred at once, since a command may take longer than the 3 s that Discord waits. Whoever cannot defer does not run it: the
 * person would not learn of it, and another connection may have answered. Each interaction has its effect once: Discord
 * replays events after a RESUME, and two connections overlap for a moment when one process takes over from another.
 */
async function runCommand(host: Host, interaction: ChatInputCommandInteraction): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const claim = await host.claim(interaction.id).catch((error: unknown) => unclaimed(host, error));
  if (claim === null) await show(interaction, answerOf(forgetful, interaction.user.id), null, 0);
  if (claim !== "new") return;
  const options = Object.fromEntries(
    (interaction.options.data[0]?.options ?? []).map((option) => [option.name, String(option.value ?? "")]),
  );
  const context = { ...(await contextOf(interaction)), ...attachmentOf(interaction) };
  await rememberGuild(host.memory, channelIdOf(context.channel), interaction.guildId ?? "");
  const reply = await host.run(context, interaction.options.getSubcommand(), options);
  await say(host, interaction, reply);
  await host.finish(interaction.id);
  const signal = AbortSignal.timeout(Math.max(0, interaction.createdTimestamp + LIVES_MS - Date.now()));
  for await (const next of reply.later?.({ ...PACE, signal }) ?? []) await say(host, interaction, next);
}

async function say(host: Host, interaction: ChatInputCommandInteraction, reply: Reply): Promise<void> {
  const answer = answerOf(reply, interaction.user.id);
  // What is kept of an answer has no room for a file.
  const id = reply.file === undefined ? await keep(host, interaction.id, answer) : null;
  await show(interaction, answer, id, 0, { file: reply.file });
}

/** The address comes from Discord itself, and leads to its own file host. */
function attachmentOf(interaction: ChatInputCommandInteraction): { readonly file?: AttachedFile } {
  const given = interaction.options.data[0]?.options?.find((option) => option.attachment !== undefined)?.attachment;
  if (given === undefined || given === null) return {};
  const ask = async (signal: AbortSignal): Promise<Response> => await fetch(given.url, { signal, redirect: "error" });
  return { file: fileAt(given.name, ask) };
}

const forgetful = refused("Planetwire's memory cannot be reached right now. Nothing was done; try again in a moment.");

function unclaimed(host: Host, error: unknown): null {
  host.log.warn({ err: error }, "a command could not be claimed");
  return null;
}

async function complete(host: Host, interaction: AutocompleteInteraction): Promise<void> {
  const focused = interaction.options.getFocused(true);
  const given = interaction.options.data[0]?.options ?? [];
  const options: TypedOptions = Object.fromEntries(
    given.filter((option) => option.name !== focused.name).map((option) => [option.name, String(option.value ?? "")]),
  );
  const asked = async (): Promise<readonly Completion[]> => {
    const context = await contextOf(interaction);
    return await host.complete(context, interaction.options.getSubcommand(), focused.name, focused.value, options);
  };
  const found = await Promise.race([asked(), tooLate()]);
  const choices = found
    .filter(({ value }) => value !== "" && value.length <= MOST_CHOICE_CHARS)
    .slice(0, MOST_CHOICES)
    .map(({ value, label }) => ({ name: cutLine(label, MOST_CHOICE_CHARS) || value, value }));
  await interaction.respond(choices);
}

async function tooLate(): Promise<[]> {
  return await new Promise((resolve) => {
    setTimeout(() => resolve([]), COMPLETE_WITHIN_MS).unref();
  });
}
