import type { Session } from "./gateway-session.ts";
import type { Json } from "./json.ts";
import { channelObject, memberObject, roleObject, userObject } from "./objects.ts";
import type { Guild, World } from "./world.ts";

/** Events / Gateway Events, "Ready". */
export function readyEvent(world: World, session: Session, resumeUrl: string): Json {
  return {
    v: 10,
    user: { ...userObject(world.bot), mfa_enabled: false, verified: true, email: null },
    guilds: guildsWithBot(world)
      .filter((guild) => session.has(guild.id))
      .map((guild) => ({ id: guild.id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: resumeUrl,
    shard: session.shard,
    application: { id: world.applicationId, flags: 0 },
  };
}

export function guildsWithBot(world: World): Guild[] {
  return [...world.guilds.values()].filter((guild) => guild.members.has(world.bot.id));
}

/** Events / Gateway Events, "Guild Create". */
export function guildEvent(world: World, guild: Guild): Json {
  const channels = [...world.channels.values()].filter((one) => one.guildId === guild.id);
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: guild.roles.map(roleObject),
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    preferred_locale: "en-US",
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    joined_at: new Date(0).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: [memberObject(world, guild, world.bot.id)],
    channels: channels.filter((one) => one.thread === null).map(channelObject),
    // "All active threads in the guild that current user has permission to view."
    threads: channels.filter((one) => one.thread?.archived === false).map(channelObject),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
