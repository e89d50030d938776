import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  ChannelType,
  type ChatInputCommandInteraction,
  PermissionFlagsBits,
} from "discord.js";
import type { CommandContext } from "../../src/command/command.ts";
import { ROOT } from "./command-json.ts";

type Asking = ChatInputCommandInteraction | AutocompleteInteraction | ButtonInteraction;

/**
 * `Manage Channels` makes a manager. Who has not yet passed the server's screening is a guest. A thread of a forum stands for
 * the forum, since nobody can give a command in the forum itself.
 */
export async function contextOf(interaction: Asking): Promise<CommandContext> {
  const isManager = interaction.memberPermissions?.has(PermissionFlagsBits.ManageChannels) === true;
  const isGuest = interaction.member === null || interaction.member.pending === true;
  return {
    channel: `discord:${(await forumOf(interaction)) ?? interaction.channelId}`,
    role: isManager ? "manager" : isGuest ? "guest" : "member",
    user: interaction.user.id,
    prefix: `/${ROOT}`,
  };
}

/** Threads that were asleep when the connection began are not known yet. */
async function forumOf(interaction: Asking): Promise<string | null> {
  const channel = interaction.channel ?? (await interaction.client.channels.fetch(interaction.channelId));
  const parent = channel?.isThread() === true ? channel.parent : null;
  const isForum = parent?.type === ChannelType.GuildForum || parent?.type === ChannelType.GuildMedia;
  return isForum ? parent.id : null;
}
