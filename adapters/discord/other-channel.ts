import { type Guild, type GuildBasedChannel, type GuildMember, PermissionFlagsBits } from "discord.js";
import type { OtherChannel } from "../../src/command/command.ts";
import { namesOf, rightsFor } from "./rights.ts";

/** One answer for what is not there and for what the asker does not see. */
const NOT_THERE = "There is no such channel on this server that you and I can see. Name it as #channel, or by its ID.";

/** Another channel of the same server, which the asker sees and in which the bot may post. */
export async function otherChannel(
  guild: Guild | null,
  asker: GuildMember | null,
  typed: string,
): Promise<OtherChannel> {
  const id = /^(?:<#)?(\d{1,20})>?$/.exec(typed.trim())?.[1];
  if (guild === null || asker === null || id === undefined) return { refusal: NOT_THERE };
  const channel = await guild.channels.fetch(id).catch(() => null);
  const me = guild.members.me;
  const [theirs, ours] = [channel?.permissionsFor(asker), me === null ? null : channel?.permissionsFor(me)];
  if (channel === null || theirs?.has(PermissionFlagsBits.ViewChannel) !== true) return { refusal: NOT_THERE };
  if (!isForPosts(channel)) return { refusal: `#${channel.name} takes no messages.` };
  const missing = rightsFor(channel) & ~(ours?.bitfield ?? 0n);
  if (missing !== 0n) return { refusal: `I may not post in #${channel.name}: I lack ${namesOf(missing).join(", ")}.` };
  const role = theirs.has(PermissionFlagsBits.ManageChannels) ? "manager" : asker.pending ? "guest" : "member";
  return { channel: `discord:${channel.id}`, role, name: `#${channel.name}` };
}

function isForPosts(channel: GuildBasedChannel): boolean {
  return channel.isTextBased() || channel.isThreadOnly();
}
