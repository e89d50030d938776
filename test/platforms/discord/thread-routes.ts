import { apiErrors, invalidForm } from "./api-error.ts";
import { Fields } from "./fields.ts";
import { type Answer, type Call, Cut, type Route, ServerFailure, TooMany } from "./http.ts";
import { isJson, textOf } from "./json.ts";
import { channelObject } from "./objects.ts";
import { permission } from "./permissions.ts";
import { botPermissions, channelFor, guildFor, type State } from "./state.ts";
import { addChannel, type Channel, channelType } from "./world.ts";

export function threadRoutes(state: State): Route[] {
  const path = "/channels/{channel_id}/messages/{message_id}/threads";
  return [{ method: "POST", path, run: (call) => startThread(state, call) }];
}

/**
 * Resources / Channel, "Start Thread from Message": a public thread, an announcement thread where the channel is one, with the id of its message. A message
 * has one at most (160004). Topics / Threads: needs CREATE_PUBLIC_THREADS.
 */
function startThread(state: State, call: Call): Answer {
  const channel = channelFor(state, call.params["channel_id"]);
  const isAnnouncement = channel.type === channelType.announcement;
  if (channel.type !== channelType.text && !isAnnouncement) throw apiErrors.wrongChannelType();
  if ((botPermissions(state, channel) & permission.createPublicThreads) === 0n) throw apiErrors.missingPermissions();
  const body = isJson(call.body) ? call.body : {};
  const fields = new Fields();
  fields.length(["name"], body["name"], 1, 100);
  if (fields.found.length > 0) throw invalidForm(fields.found);
  const made = throughTrouble(state, () => {
    const root = channel.messages.find((one) => one.id === call.params["message_id"] && !one.deleted);
    if (root === undefined) throw apiErrors.unknownMessage();
    if (state.world.channels.has(root.id)) throw apiErrors.threadExists();
    return addChannel(state.world, guildFor(state, channel.guildId), {
      type: isAnnouncement ? channelType.announcementThread : channelType.publicThread,
      parentId: channel.id,
      threadOwnerId: state.world.bot.id,
      name: textOf(body["name"]),
      id: root.id,
    });
  });
  return { status: 201, body: channelObject(made) };
}

function throughTrouble(state: State, make: () => Channel): Channel {
  const fault = state.trouble.pickThread();
  switch (fault) {
    case "429":
      throw new TooMany(state.trouble.settings.retryAfterMs);
    case "500":
      throw new ServerFailure();
    case "rejected":
      throw apiErrors.blockedByAutoMod();
    case "cut before accepting":
      throw new Cut();
    case "late":
      setTimeout(() => {
        try {
          make();
        } catch {
          // Nobody is there any more to be told.
        }
      }, state.trouble.settings.lateMs);
      throw new Cut();
    case "500 after accepting":
    case "cut after accepting":
    case null: {
      const made = make();
      if (fault === "cut after accepting") throw new Cut();
      if (fault !== null) throw new ServerFailure();
      return made;
    }
  }
}
