import type { Channel, Guild, World } from "./world.ts";

/** Topics / Permissions, "Bitwise Permission Flags": those that posting and commands need. */
export const permission = {
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  readMessageHistory: 1n << 16n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  sendMessagesInThreads: 1n << 38n,
} as const;

const allPermissions = Object.values(permission).reduce((all, bit) => all | bit, 0n);

/**
 * Topics / Permissions, "Permission Overwrites": the roles' rights together, then the channel's overwrites for everyone, for
 * the roles, for the member. A thread has those of its parent.
 */
export function permissionsIn(world: World, channel: Channel, userId: string): bigint {
  const guild = world.guilds.get(channel.guildId);
  const roleIds = guild?.members.get(userId);
  if (guild === undefined || roleIds === undefined) return 0n;
  if (guild.ownerId === userId) return allPermissions;
  const base = basePermissions(guild, roleIds);
  if ((base & permission.administrator) !== 0n) return allPermissions;
  const parent = channel.parentId === null || channel.thread === null ? channel : world.channels.get(channel.parentId);
  return implied(overwritten(base, parent ?? channel, guild.id, roleIds, userId));
}

function basePermissions(guild: Guild, roleIds: readonly string[]): bigint {
  return guild.roles
    .filter((role) => role.id === guild.id || roleIds.includes(role.id))
    .reduce((all, role) => all | role.permissions, 0n);
}

function overwritten(
  base: bigint,
  channel: Channel,
  everyoneId: string,
  roleIds: readonly string[],
  userId: string,
): bigint {
  let rights = base;
  const levels = [[everyoneId], roleIds, [userId]];
  for (const ids of levels) {
    const own = channel.overwrites.filter((one) => ids.includes(one.id));
    const deny = own.reduce((all, one) => all | one.deny, 0n);
    const allow = own.reduce((all, one) => all | one.allow, 0n);
    rights = (rights & ~deny) | allow;
  }
  return rights;
}

/** "Implicit Permissions": without VIEW_CHANNEL there is nothing; without SEND_MESSAGES no embedding of links. */
function implied(rights: bigint): bigint {
  if ((rights & permission.viewChannel) === 0n) return 0n;
  return (rights & permission.sendMessages) === 0n ? rights & ~permission.embedLinks : rights;
}
