import type { UploadedFile } from "./http.ts";
import type { Json } from "./json.ts";
import { isLater, nextSnowflake } from "./snowflake.ts";

/** Resources / Channel, "Channel Types". */
export const channelType = {
  text: 0,
  voice: 2,
  category: 4,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  privateThread: 12,
  forum: 15,
} as const;

export interface Overwrite {
  readonly id: string;
  /** 0 a role, 1 a member. */
  readonly type: 0 | 1;
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface Thread {
  readonly ownerId: string;
  archived: boolean;
  locked: boolean;
  archivedAtMs: number;
}

export interface Channel {
  readonly id: string;
  readonly guildId: string;
  readonly type: number;
  readonly parentId: string | null;
  readonly thread: Thread | null;
  name: string;
  overwrites: readonly Overwrite[];
  requiresTag: boolean;
  messages: Message[];
}

export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly createdAtMs: number;
  /** When history begins to show it. */
  readonly inHistoryFromMs: number;
  /** The only person who sees it; null for all. */
  readonly ephemeralFor: string | null;
  readonly nonce: string | number | null;
  body: Json;
  editedAtMs: number | null;
  /** Uploaded with it. */
  files: readonly UploadedFile[];
  deleted: boolean;
}

/** A file that somebody uploaded for an option of a command, and where Discord keeps it. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly url: string;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly roles: Role[];
  /** User id → role ids. */
  readonly members: Map<string, readonly string[]>;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly bot: boolean;
}

/** Everything that Discord remembers. */
export interface World {
  readonly attachments: Map<string, Attachment>;
  readonly applicationId: string;
  readonly bot: User;
  readonly users: Map<string, User>;
  readonly guilds: Map<string, Guild>;
  readonly channels: Map<string, Channel>;
  commands: Json[];
  token: string;
}

export function createWorld(token: string): World {
  const id = nextSnowflake();
  const bot = { id, name: "planetwire", bot: true };
  return {
    attachments: new Map(),
    applicationId: id,
    bot,
    users: new Map([[id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    commands: [],
    token,
  };
}

/** A guild with the bot in it; `botPermissions` are those of the bot's own role. */
export function addGuild(world: World, name: string, everyone: bigint, botPermissions: bigint): Guild {
  const id = nextSnowflake();
  const owner = addUser(world, `owner of ${name}`);
  const botRole = { id: nextSnowflake(), name: "planetwire", permissions: botPermissions };
  const guild: Guild = {
    id,
    name,
    ownerId: owner.id,
    // Resources / Guild: the role for everyone has the guild's own id.
    roles: [{ id, name: "@everyone", permissions: everyone }, botRole],
    members: new Map([
      [owner.id, []],
      [world.bot.id, [botRole.id]],
    ]),
  };
  world.guilds.set(id, guild);
  return guild;
}

function addUser(world: World, name: string): User {
  const user = { id: nextSnowflake(), name, bot: false };
  world.users.set(user.id, user);
  return user;
}

/** A member with rights of their own, through a role that nobody else has. */
export function addMember(world: World, guild: Guild, name: string, permissions: bigint): User {
  const user = addUser(world, name);
  const role = { id: nextSnowflake(), name: `role of ${name}`, permissions };
  guild.roles.push(role);
  guild.members.set(user.id, [role.id]);
  return user;
}

export interface ChannelDraft {
  readonly name: string;
  readonly type?: number;
  readonly parentId?: string;
  readonly threadOwnerId?: string;
  /** Of a thread below a message: the message's. */
  readonly id?: string;
}

export function addChannel(world: World, guild: Guild, draft: ChannelDraft): Channel {
  const type = draft.type ?? channelType.text;
  const channel: Channel = {
    id: draft.id ?? nextSnowflake(),
    guildId: guild.id,
    type,
    parentId: draft.parentId ?? null,
    thread: isThreadType(type)
      ? { ownerId: draft.threadOwnerId ?? guild.ownerId, archived: false, locked: false, archivedAtMs: Date.now() }
      : null,
    name: draft.name,
    overwrites: [],
    requiresTag: false,
    messages: [],
  };
  world.channels.set(channel.id, channel);
  return channel;
}

function isThreadType(type: number): boolean {
  return (
    type === channelType.announcementThread || type === channelType.publicThread || type === channelType.privateThread
  );
}

/** The threads of a channel, oldest first. */
export function threadsOf(world: World, parentId: string): Channel[] {
  return [...world.channels.values()]
    .filter((one) => one.thread !== null && one.parentId === parentId)
    .sort((a, b) => (isLater(a.id, b.id) ? 1 : -1));
}
