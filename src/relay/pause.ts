import type { ChannelStore } from "../store/channel-store.ts";

/** Why a channel is paused when somebody asked for it: only a person ends that. */
export const PAUSED_BY_A_PERSON = "paused by a person";

export interface PauseDeps {
  readonly channels: ChannelStore;
  readonly wake: (channel: string) => Promise<void>;
}

/** The platform let us in (again): a pause that came from a failure is over. */
export async function channelUsable({ channels, wake }: PauseDeps, channel: string): Promise<void> {
  await channels.left.isBack(channel);
  const why = await channels.pausedBecause(channel);
  if (why === null || why === PAUSED_BY_A_PERSON) return;
  await channels.resume(channel);
  await wake(channel);
}

/** Nothing can be posted there. What a person asked for stays as it is. `isGone`: the bot, or the channel, is not there any more. */
export async function channelUnusable(
  { channels }: PauseDeps,
  channel: string,
  why: string,
  isGone = false,
): Promise<void> {
  if (isGone) await channels.left.note(channel);
  if ((await channels.pausedBecause(channel)) === null) await channels.pause(channel, why);
}
