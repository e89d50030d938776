import { isJson, type Json, listOf, textOf } from "./json.ts";
import { flagsOf } from "./message-rules.ts";
import { nextSnowflake } from "./snowflake.ts";
import type { Channel, Guild, Message, Role, User, World } from "./world.ts";

/** Resources / User, "User Object". */
export function userObject(user: User): Json {
  return {
    id: user.id,
    username: user.name,
    global_name: null,
    discriminator: "0",
    avatar: null,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
    bot: user.bot,
  };
}

/** Resources / Guild, "Guild Member Object". */
export function memberObject(world: World, guild: Guild, userId: string): Json {
  const user = world.users.get(userId) ?? { id: userId, name: "nobody", bot: false };
  return {
    user: userObject(user),
    nick: null,
    avatar: null,
    banner: null,
    roles: guild.members.get(userId) ?? [],
    joined_at: new Date(0).toISOString(),
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}

/** Topics / Permissions, "Role Object". */
export function roleObject(role: Role, position: number): Json {
  return {
    id: role.id,
    name: role.name,
    permissions: String(role.permissions),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

/** Resources / Channel, "Channel Object"; threads with their metadata. */
export function channelObject(channel: Channel): Json {
  const common = {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    flags: channel.requiresTag ? 1 << 4 : 0,
    parent_id: channel.parentId,
    last_message_id: channel.messages.at(-1)?.id ?? null,
  };
  if (channel.thread === null)
    return {
      ...common,
      position: 0,
      permission_overwrites: channel.overwrites.map((one) => ({
        id: one.id,
        type: one.type,
        allow: String(one.allow),
        deny: String(one.deny),
      })),
    };
  const { ownerId, archived, locked, archivedAtMs } = channel.thread;
  return {
    ...common,
    owner_id: ownerId,
    message_count: channel.messages.length,
    member_count: 1,
    total_message_sent: channel.messages.length,
    thread_metadata: {
      archived,
      locked,
      auto_archive_duration: 1440,
      archive_timestamp: new Date(archivedAtMs).toISOString(),
    },
  };
}

/** Resources / Message, "Message Object". The nonce is in the answer to its creation and nowhere else. */
export function messageObject(world: World, message: Message, nonce: string | number | null = null): Json {
  const author = world.users.get(message.authorId) ?? world.bot;
  const { body } = message;
  return {
    id: message.id,
    channel_id: message.channelId,
    type: 0,
    author: userObject(author),
    content: textOf(body["content"]),
    timestamp: new Date(message.createdAtMs).toISOString(),
    edited_timestamp: message.editedAtMs === null ? null : new Date(message.editedAtMs).toISOString(),
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: listOf(body["embeds"]).map((embed) => ({ type: "rich", ...(isJson(embed) ? embed : {}) })),
    components: listOf(body["components"]),
    flags: flagsOf(body),
    pinned: false,
    ...(nonce === null ? {} : { nonce }),
  };
}

/** Components / Reference: an id that was not given is made, in order from 1; media get their proxied form. */
export function withIds(components: readonly unknown[]): Json[] {
  const given = new Set<unknown>();
  const note = (value: unknown): void => {
    if (!isJson(value)) return;
    given.add(value["id"]);
    for (const child of [...listOf(value["components"]), value["accessory"]]) note(child);
  };
  for (const one of components) note(one);
  let next = 1;
  const freeId = (): number => {
    while (given.has(next)) next += 1;
    return next++;
  };
  const fill = (value: unknown): Json => {
    const one = isJson(value) ? value : {};
    const id = one["id"] === undefined || one["id"] === 0 ? freeId() : one["id"];
    return {
      ...defaults(one),
      ...one,
      id,
      ...(one["components"] === undefined ? {} : { components: listOf(one["components"]).map(fill) }),
      ...(one["accessory"] === undefined ? {} : { accessory: fill(one["accessory"]) }),
      ...(one["media"] === undefined ? {} : { media: mediaObject(one["media"]) }),
      ...(one["file"] === undefined ? {} : fileOf(one["file"])),
      ...(one["items"] === undefined ? {} : { items: listOf(one["items"]).map(galleryItem) }),
    };
  };
  return components.map(fill);
}

function defaults(one: Json): Json {
  if (one["type"] === 17) return { accent_color: null, spoiler: false };
  if (one["type"] === 11) return { description: null, spoiler: false };
  if (one["type"] === 14) return { divider: true, spacing: 1 };
  return {};
}

function galleryItem(value: unknown): Json {
  const item = isJson(value) ? value : {};
  return { description: null, spoiler: false, ...item, media: mediaObject(item["media"]) };
}

function fileOf(value: unknown): Json {
  const file = mediaObject(value);
  return { file, name: textOf(file["url"]).split("/").at(-1), size: 1, spoiler: false };
}

function mediaObject(value: unknown): Json {
  const url = isJson(value) ? textOf(value["url"]) : "";
  return { id: nextSnowflake(), url, proxy_url: url };
}
