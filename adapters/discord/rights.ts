import {
  type APIChannel,
  type APIGuildMember,
  type APIOverwrite,
  type APIRole,
  type APIUser,
  ChannelType,
  PermissionFlagsBits,
  RequestMethod,
  Routes,
} from "discord.js";
import type { DiscordRest } from "./rest.ts";

/** What posting needs and why, by the names that Discord's settings show. */
const names: readonly (readonly [bigint, string])[] = [
  [PermissionFlagsBits.ViewChannel, "View Channel"],
  [PermissionFlagsBits.SendMessages, "Send Messages"],
  [PermissionFlagsBits.SendMessagesInThreads, "Send Messages in Threads"],
  [PermissionFlagsBits.EmbedLinks, "Embed Links"],
  [PermissionFlagsBits.ReadMessageHistory, "Read Message History"],
];

export const neededRights = names.reduce((all, [bit]) => all | bit, 0n);

/** Without it digests have nothing below them, and nothing else is missing. */
export const THREADS = PermissionFlagsBits.CreatePublicThreads;

/** What the invite link asks for. */
export const wantedRights = neededRights | THREADS;

export function namesOf(rights: bigint): string[] {
  return [...names, [THREADS, "Create Public Threads"] as const]
    .filter(([bit]) => (rights & bit) !== 0n)
    .map(([, name]) => name);
}

function isThread(channel: Pick<APIChannel, "type">): boolean {
  return (
    channel.type === ChannelType.PublicThread ||
    channel.type === ChannelType.PrivateThread ||
    channel.type === ChannelType.AnnouncementThread
  );
}

/** What a channel of this kind asks of the bot. Threads follow SEND_MESSAGES_IN_THREADS alone (Topics / Threads). */
export function rightsFor(channel: Pick<APIChannel, "type">): bigint {
  const both = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;
  if (isThread(channel)) return both | PermissionFlagsBits.SendMessagesInThreads;
  const isForum = channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia;
  const send = PermissionFlagsBits.SendMessages;
  return both | send | (isForum ? PermissionFlagsBits.SendMessagesInThreads : 0n);
}

/**
 * Looks up what the bot may do in a channel. Roles and overwrites change at any time, so all of it is asked anew, the channel
 * too; a thread has the overwrites of its parent.
 */
export async function rightsIn(rest: DiscordRest, channel: APIChannel, signal?: AbortSignal): Promise<bigint> {
  const asked = signal === undefined ? {} : { signal };
  const guildId = "guild_id" in channel ? channel.guild_id : undefined;
  if (guildId === undefined) return 0n;
  const parentId = isThread(channel) && "parent_id" in channel ? channel.parent_id : null;
  const me = await rest.request<APIUser>(RequestMethod.Get, Routes.user("@me"), asked);
  const [roles, member, holder] = await Promise.all([
    rest.request<APIRole[]>(RequestMethod.Get, Routes.guildRoles(guildId), asked),
    rest.request<APIGuildMember>(RequestMethod.Get, Routes.guildMember(guildId, me.id), asked),
    rest.request<APIChannel>(RequestMethod.Get, Routes.channel(parentId ?? channel.id), asked),
  ]);
  const overwrites = "permission_overwrites" in holder ? (holder.permission_overwrites ?? []) : [];
  return effective(guildId, me.id, member.roles, roles, overwrites);
}

/** Topics / Permissions, "Permission Overwrites": everyone, then roles, then the member. Pure. */
function effective(
  guildId: string,
  userId: string,
  roleIds: readonly string[],
  roles: readonly Pick<APIRole, "id" | "permissions">[],
  overwrites: readonly Pick<APIOverwrite, "id" | "allow" | "deny">[],
): bigint {
  const base = roles
    .filter((role) => role.id === guildId || roleIds.includes(role.id))
    .reduce((all, role) => all | BigInt(role.permissions), 0n);
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return base | wantedRights;
  let rights = base;
  for (const ids of [[guildId], roleIds, [userId]]) {
    const own = overwrites.filter((one) => ids.includes(one.id));
    const deny = own.reduce((all, one) => all | BigInt(one.deny), 0n);
    const allow = own.reduce((all, one) => all | BigInt(one.allow), 0n);
    rights = (rights & ~deny) | allow;
  }
  return (rights & PermissionFlagsBits.ViewChannel) === 0n ? 0n : rights;
}
