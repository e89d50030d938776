import { setTimeout as sleep } from "node:timers/promises";
import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  ChannelType,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
  PermissionFlagsBits,
} from "discord.js";
import type { Host } from "../../src/adapter.ts";
import type { CommandContext, Completion, TypedOptions } from "../../src/command/command.ts";
import { refused } from "../../src/command/reply.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { type Answer, answerOf, pageComponents, parsePress, sharedComponents } from "./answer.ts";
import { ROOT } from "./command-json.ts";
import { MOST_CHOICE_CHARS, MOST_CHOICES } from "./limits.ts";
import { channelIdOf, rememberGuild } from "./message-link.ts";

const KEEP_ANSWER_MS = 24 * 60 * 60_000;
/** Discord waits 3 s for choices; those that come later are wasted. */
const COMPLETE_WITHIN_MS = 2500;
const SHOW_TRIES = 3;
const SHOW_AGAIN_MS = 500;

const nobody = { parse: [] } as const;

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
  const context = await contextOf(interaction);
  await rememberGuild(host.memory, channelIdOf(context.channel), interaction.guildId ?? "");
  const reply = await host.run(context, interaction.options.getSubcommand(), options);
  const answer = answerOf(reply, interaction.user.id);
  await show(interaction, answer, await keep(host, interaction.id, answer), 0);
  await host.finish(interaction.id);
}

const forgetful = refused("Planetwire's memory cannot be reached right now. Nothing was done; try again in a moment.");

function unclaimed(host: Host, error: unknown): null {
  host.log.warn({ err: error }, "a command could not be claimed");
  return null;
}

/** The name under which an answer is kept; null when it is not, and then it has no buttons. */
async function keep(host: Host, id: string, answer: Answer): Promise<string | null> {
  try {
    await host.memory.set(answerName(id), JSON.stringify(answer), KEEP_ANSWER_MS);
    return id;
  } catch (error) {
    host.log.warn({ err: error }, "an answer could not be kept for its buttons");
    return null;
  }
}

function answerName(id: string): string {
  return `answer ${id}`;
}

/** The same edit twice is one edit, so it may be tried again; nobody would otherwise learn what became of a command. */
async function show(
  interaction: ChatInputCommandInteraction | ButtonInteraction,
  answer: Answer,
  answerId: string | null,
  page: number,
  isShared = false,
): Promise<void> {
  const edit = {
    flags: MessageFlags.IsComponentsV2,
    components: pageComponents(answer, answerId, page, isShared),
    allowedMentions: nobody,
  } as const;
  for (let tries = 1; ; tries += 1) {
    try {
      await interaction.editReply(edit);
      return;
    } catch (error) {
      if (tries === SHOW_TRIES) throw error;
      await sleep(SHOW_AGAIN_MS);
    }
  }
}

type Asking = ChatInputCommandInteraction | AutocompleteInteraction;

/**
 * `Manage Channels` makes a manager. Who has not yet passed the server's screening is a guest. A thread of a forum stands for
 * the forum, since nobody can give a command in the forum itself.
 */
async function contextOf(interaction: Asking): Promise<CommandContext> {
  const isManager = interaction.memberPermissions?.has(PermissionFlagsBits.ManageChannels) === true;
  const isGuest = interaction.member === null || interaction.member.pending === true;
  return {
    channel: `discord:${(await forumOf(interaction)) ?? interaction.channelId}`,
    role: isManager ? "manager" : isGuest ? "guest" : "member",
  };
}

/** Threads that were asleep when the connection began are not known yet. */
async function forumOf(interaction: Asking): Promise<string | null> {
  const channel = interaction.channel ?? (await interaction.client.channels.fetch(interaction.channelId));
  const parent = channel?.isThread() === true ? channel.parent : null;
  const isForum = parent?.type === ChannelType.GuildForum || parent?.type === ChannelType.GuildMedia;
  return isForum ? parent.id : null;
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

/** A button of an answer: for who asked, and as long as the answer is kept. */
async function press(host: Host, interaction: ButtonInteraction): Promise<void> {
  const parsed = parsePress(interaction.customId);
  if (parsed === null) return;
  await interaction.deferUpdate();
  if ((await host.claim(interaction.id)) !== "new") return;
  const kept = await host.memory.get(answerName(parsed.answerId));
  const answer = kept === null ? null : (JSON.parse(kept) as Answer);
  if (answer === null) await whisper(interaction, "This answer is older than a day: ask again, please.");
  else if (answer.userId !== interaction.user.id)
    await whisper(interaction, "Only who asked can turn these pages. Ask yourself with /wire.");
  else if (parsed.press.kind === "page") await show(interaction, answer, parsed.answerId, parsed.press.page);
  else {
    await interaction.followUp({
      flags: MessageFlags.IsComponentsV2,
      components: sharedComponents(answer, parsed.press.page),
      allowedMentions: nobody,
    });
    await show(interaction, answer, parsed.answerId, parsed.press.page, true);
  }
  await host.finish(interaction.id);
}

async function whisper(interaction: ButtonInteraction, text: string): Promise<void> {
  await interaction.followUp({ flags: MessageFlags.Ephemeral, content: text, allowedMentions: nobody });
}
