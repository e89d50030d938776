import { apiErrors, invalidForm } from "./api-error.ts";
import { Fields } from "./fields.ts";
import type { Answer, Call, Route } from "./http.ts";
import { isJson, listOf, textOf } from "./json.ts";
import { addMessage } from "./message-routes.ts";
import { checkMessage, checkNotEmpty, flagsOf } from "./message-rules.ts";
import { channelObject, messageObject } from "./objects.ts";
import { permission } from "./permissions.ts";
import { accept, botPermissions, channelFor, guildFor, type State } from "./state.ts";
import { addChannel, channelType, threadsOf } from "./world.ts";

export function channelRoutes(state: State): Route[] {
  const path = "/channels/{channel_id}";
  return [
    {
      method: "GET",
      path,
      run: (call) => ({ status: 200, body: channelObject(channelFor(state, call.params["channel_id"])) }),
    },
    { method: "PATCH", path, run: (call) => changeThread(state, call) },
    { method: "POST", path: `${path}/threads`, run: async (call) => await startForumThread(state, call) },
    { method: "GET", path: `${path}/threads/archived/public`, run: (call) => archivedThreads(state, call) },
    { method: "GET", path: "/guilds/{guild_id}/threads/active", run: (call) => activeThreads(state, call) },
  ];
}

/**
 * Resources / Channel, "Modify Channel", threads: unarchiving needs SEND_MESSAGES_IN_THREADS, and MANAGE_THREADS when the
 * thread is locked.
 */
function changeThread(state: State, call: Call): Answer {
  const channel = channelFor(state, call.params["channel_id"]);
  const body = isJson(call.body) ? call.body : {};
  const rights = botPermissions(state, channel);
  if (channel.thread === null) throw apiErrors.missingPermissions();
  const mayManage = (rights & permission.manageThreads) !== 0n;
  const mayUnarchive = !channel.thread.locked && (rights & permission.sendMessagesInThreads) !== 0n;
  if (!mayManage && !(mayUnarchive && body["archived"] === false)) throw apiErrors.missingPermissions();
  if (typeof body["archived"] === "boolean") channel.thread.archived = body["archived"];
  if (typeof body["locked"] === "boolean") channel.thread.locked = body["locked"];
  if (textOf(body["name"]) !== "") channel.name = textOf(body["name"]);
  return { status: 200, body: channelObject(channel) };
}

/**
 * Resources / Channel, "Start Thread in Forum or Media Channel": name 1 to 100, a first message, SEND_MESSAGES; there is no
 * nonce, so the same request twice makes two threads. 40067 where the forum requires a tag.
 */
async function startForumThread(state: State, call: Call): Promise<Answer> {
  const forum = channelFor(state, call.params["channel_id"]);
  if (forum.type !== channelType.forum) throw apiErrors.nonTextChannel();
  if ((botPermissions(state, forum) & permission.sendMessages) === 0n) throw apiErrors.missingPermissions();
  const body = isJson(call.body) ? call.body : {};
  const fields = new Fields();
  fields.length(["name"], body["name"], 1, 100);
  if (fields.found.length > 0) throw invalidForm(fields.found);
  if (forum.requiresTag && listOf(body["applied_tags"]).length === 0) throw apiErrors.tagRequired();
  const message = isJson(body["message"]) ? body["message"] : {};
  checkMessage({ ...message, nonce: null }, flagsOf(message));
  checkNotEmpty(message);
  const first = await accept(state, () => {
    const guild = guildFor(state, forum.guildId);
    const draft = { type: channelType.publicThread, parentId: forum.id, threadOwnerId: state.world.bot.id };
    const thread = addChannel(state.world, guild, { ...draft, name: textOf(body["name"]) });
    // "The first message in a forum thread has the same id as the thread."
    return addMessage(state, thread, message, { id: thread.id });
  });
  const thread = channelFor(state, first.channelId);
  return { status: 201, body: { ...channelObject(thread), message: messageObject(state.world, first) } };
}

/** "List Public Archived Threads": needs READ_MESSAGE_HISTORY; newest archive time first, `before` a time. */
function archivedThreads(state: State, call: Call): Answer {
  const parent = channelFor(state, call.params["channel_id"]);
  if ((botPermissions(state, parent) & permission.readMessageHistory) === 0n) throw apiErrors.missingPermissions();
  const before = Date.parse(call.query.get("before") ?? "");
  const limit = Math.min(100, Math.max(1, Number(call.query.get("limit") ?? 50)));
  const all = threadsOf(state.world, parent.id)
    .filter((one) => one.thread?.archived === true)
    .filter((one) => Number.isNaN(before) || (one.thread?.archivedAtMs ?? 0) < before)
    .sort((a, b) => (b.thread?.archivedAtMs ?? 0) - (a.thread?.archivedAtMs ?? 0));
  const threads = all.slice(0, limit).map(channelObject);
  return { status: 200, body: { threads, members: [], has_more: all.length > limit } };
}

/** Resources / Guild, "List Active Guild Threads": of all channels that can be seen. */
function activeThreads(state: State, call: Call): Answer {
  const guild = guildFor(state, call.params["guild_id"]);
  const threads = [...state.world.channels.values()].filter(
    (one) =>
      one.guildId === guild.id &&
      one.thread?.archived === false &&
      (botPermissions(state, one) & permission.viewChannel) !== 0n,
  );
  return { status: 200, body: { threads: threads.toReversed().map(channelObject), members: [], has_more: false } };
}
