import type { Logger } from "../logger.ts";
import type { ChannelStore } from "../store/channel-store.ts";

export interface LeftDeps {
  readonly channels: ChannelStore;
  readonly nowMs: () => Promise<number>;
  /** How long a channel that the bot was removed from is kept. */
  readonly leftKeepMs: number;
  readonly log: Logger;
}

/** Marks a channel that the bot left long enough ago, so that it is forgotten as if somebody had asked for it. */
export async function endLeft({ channels, nowMs, leftKeepMs, log }: LeftDeps, channel: string): Promise<void> {
  const sinceMs = await channels.left.since(channel);
  if (sinceMs === null || (await nowMs()) < sinceMs + leftKeepMs) return;
  if ((await channels.forgets.standing(channel)) !== "kept") return;
  await channels.forgets.mark(channel);
  log.info({ channel, leftAt: new Date(sinceMs).toISOString() }, "forgetting a channel that was left long ago");
}
