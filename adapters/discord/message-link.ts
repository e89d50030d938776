import type { AdapterMemory } from "../../src/adapter.ts";

/** Discord's id of a channel. */
export function channelIdOf(channel: string): string {
  return channel.slice(channel.indexOf(":") + 1);
}

export function memoryName(channelId: string): string {
  return `guild ${channelId}`;
}

/** Which guild a channel is in, for links; it never changes. A link is not worth a failure: whether it was written is returned. */
export async function rememberGuild(memory: AdapterMemory, channelId: string, guildId: string): Promise<boolean> {
  if (guildId === "") return true;
  try {
    await memory.set(memoryName(channelId), guildId);
    return true;
  } catch {
    return false;
  }
}

/** Messages in the thread of a forum have the thread in their reference, and the guild of the forum. */
export async function messageLink(channel: string, ref: string, recall: AdapterMemory["get"]): Promise<string | null> {
  const [, channelId, messageId] = /^(\d{1,20})\/([1-9]\d{0,19})$/.exec(ref) ?? [];
  if (channelId === undefined || messageId === undefined) return null;
  const guildId = await recall(memoryName(channelIdOf(channel)));
  return guildId === null ? null : `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;
}
