import type { App } from "@slack/bolt";
import type { Host } from "../../src/adapter.ts";
import { channelId } from "./channel-id.ts";
import type { Installation } from "./installation.ts";

export interface EventDeps {
  readonly host: Host;
  readonly installation: Installation;
}

type ChannelEvent = (channel: string) => Promise<void>;

/** The app is let in and out of channels, and channels come and go. All of it may be told twice. */
export function registerEvents(app: App, { host, installation }: EventDeps): void {
  const left: ChannelEvent = async (channel) =>
    await host.unusable(channel, "I was removed from the channel: invite me with /invite @Planetwire", true);
  const archived: ChannelEvent = async (channel) => await host.unusable(channel, "the channel is archived");
  const deleted: ChannelEvent = async (channel) => await host.unusable(channel, "the channel was deleted", true);
  const back: ChannelEvent = async (channel) => await host.usable(channel);
  for (const [names, act] of [
    [["channel_archive", "group_archive"], archived],
    [["channel_deleted", "group_deleted"], deleted],
    [["channel_unarchive", "group_unarchive"], back],
  ] as const)
    for (const name of names)
      app.event(name, async ({ event, body }) => await act(channelId(body.team_id, event.channel)));

  const aboutMe = async (user: string): Promise<boolean> => (await installation.identity()).userId === user;
  app.event("member_left_channel", async ({ event, body }) => {
    if (await aboutMe(event.user)) await left(channelId(body.team_id, event.channel));
  });
  app.event("member_joined_channel", async ({ event, body }) => {
    if (await aboutMe(event.user)) await back(channelId(body.team_id, event.channel));
  });
  app.event("channel_id_changed", async ({ event, body }) => {
    await host.moved(channelId(body.team_id, event.old_channel_id), channelId(body.team_id, event.new_channel_id));
  });
  const over = async (): Promise<void> =>
    await installation.end("Planetwire was removed from the workspace, or its token revoked: install it again");
  app.event("app_uninstalled", over);
  app.event("tokens_revoked", async ({ event }) => {
    if ((event.tokens.bot ?? []).length > 0) await over();
  });
}
