import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type Guild,
  type GuildBasedChannel,
  PermissionFlagsBits,
} from "discord.js";
import type { Host } from "../../src/adapter.ts";

/** What the gateway tells of channels: where nothing can be posted any more, and where it can again. */
export function watchChannels(host: Host, client: Client): void {
  const usable = (channel: GuildBasedChannel): void => {
    if (mayPost(channel)) report(host, host.usable(nameOf(channel.id)));
  };
  const gone = (id: string, why: string): void => report(host, host.unusable(nameOf(id), why, true));
  client.on(Events.ChannelUpdate, (_, channel) => {
    if (!channel.isDMBased()) usable(channel);
  });
  client.on(Events.ThreadUpdate, (before, thread) => {
    if (before.locked === true && thread.locked !== true) usable(thread);
  });
  client.on(Events.GuildCreate, (guild) => eachChannel(guild, usable));
  client.on(Events.GuildRoleUpdate, (before, role) => {
    const isOurs = role.guild.members.me?.roles.cache.has(role.id) === true;
    if (isOurs && !before.permissions.equals(role.permissions)) eachChannel(role.guild, usable);
  });
  // Sent for the bot itself without any further intent (Events / Gateway, "List of Intents").
  client.on(Events.GuildMemberUpdate, (_, member) => {
    if (member.id === client.user?.id) eachChannel(member.guild, usable);
  });
  client.on(Events.ChannelDelete, (channel) => {
    if (!channel.isDMBased()) gone(channel.id, "the channel was deleted");
  });
  client.on(Events.ThreadDelete, (thread) => gone(thread.id, "the thread was deleted"));
  // The raw event: by the time the SDK tells of it, it has forgotten which channels there were. An outage is no farewell.
  client.ws.on(GatewayDispatchEvents.GuildDelete, ({ id, unavailable }: { id: string; unavailable?: boolean }) => {
    const guild = unavailable === true ? undefined : client.guilds.cache.get(id);
    if (guild !== undefined)
      eachChannel(guild, (channel) => gone(channel.id, "Planetwire was removed from the server"));
  });
}

function nameOf(id: string): string {
  return `discord:${id}`;
}

function eachChannel(guild: Guild, act: (channel: GuildBasedChannel) => void): void {
  for (const channel of guild.channels.cache.values()) act(channel);
}

function mayPost(channel: GuildBasedChannel): boolean {
  const me = channel.guild.members.me;
  const rights = me === null ? null : channel.permissionsFor(me);
  const send = channel.isThread() ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages;
  return rights?.has([PermissionFlagsBits.ViewChannel, send]) === true;
}

function report(host: Host, done: Promise<void>): void {
  done.catch((error: unknown) => host.log.warn({ err: error }, "what became of a channel could not be noted"));
}
