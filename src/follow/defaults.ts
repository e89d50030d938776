import type { ChannelStore } from "../store/channel-store.ts";
import { DEFAULT_SETTINGS, type FollowSettings, toSettings } from "./settings.ts";

/** With what a channel begins to follow a feed. A name and whom to call belong to one feed and are never among it. */
export async function defaultsOf(channels: Pick<ChannelStore, "settings">, channel: string): Promise<FollowSettings> {
  return toDefaults(await channels.settings.defaults(channel));
}

export function toDefaults(json: string): FollowSettings {
  const { title, mention } = DEFAULT_SETTINGS;
  return { ...toSettings(json === "" ? "{}" : json), title, mention };
}
