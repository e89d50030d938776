import { apiErrors } from "./api-error.ts";
import type { Answer, Call, Route } from "./http.ts";
import { isJson, type Json, listOf } from "./json.ts";
import { checkMessage, checkNotEmpty, flagsOf, messageFlag } from "./message-rules.ts";
import { messageObject, withIds } from "./objects.ts";
import { permission } from "./permissions.ts";
import { isLater, isSnowflake, nextSnowflake } from "./snowflake.ts";
import { accept, botPermissions, channelFor, type State } from "./state.ts";
import { type Channel, channelType, type Message } from "./world.ts";

export function messageRoutes(state: State): Route[] {
  const path = "/channels/{channel_id}/messages";
  return [
    { method: "POST", path, run: async (call) => await createMessage(state, call) },
    { method: "GET", path, run: (call) => listMessages(state, call) },
    { method: "GET", path: `${path}/{message_id}`, run: (call) => getMessage(state, call) },
    { method: "PATCH", path: `${path}/{message_id}`, run: async (call) => await editMessage(state, call) },
  ];
}

/** Resources / Message, "Create Message". */
async function createMessage(state: State, call: Call): Promise<Answer> {
  const channel = channelFor(state, call.params["channel_id"]);
  const body = isJson(call.body) ? call.body : {};
  checkMaySend(state, channel, body);
  checkMessage(body, flagsOf(body));
  checkNotEmpty(body);
  const message = await accept(state, () => store(state, channel, body));
  const { nonce } = message;
  return { status: 200, body: messageObject(state.world, message, nonce) };
}

/**
 * Resources / Channel: a forum takes messages only through its threads (40058). Topics / Threads: SEND_MESSAGES has no effect
 * in a thread, SEND_MESSAGES_IN_THREADS has; sending unarchives one that is not locked. Topics / Permissions: embeds and
 * components with links need EMBED_LINKS only to be unfurled, so it is not asked here.
 */
function checkMaySend(state: State, channel: Channel, body: Json): void {
  if (channel.type === channelType.forum) throw apiErrors.forumChannel();
  if (channel.type === channelType.category) throw apiErrors.nonTextChannel();
  const rights = botPermissions(state, channel);
  const needed = channel.thread === null ? permission.sendMessages : permission.sendMessagesInThreads;
  if ((rights & needed) === 0n) throw apiErrors.missingPermissions();
  if (channel.thread?.locked === true && (rights & permission.manageThreads) === 0n) throw apiErrors.lockedThread();
  if (listOf(body["embeds"]).length > 0 && (rights & permission.embedLinks) === 0n)
    throw apiErrors.missingPermissions();
}

/**
 * "Create Message", `enforce_nonce`: the same author, channel and nonce within the window give the earlier message. When that
 * was deleted meanwhile, no new one is made and the caller hears Unknown Message (discord-api-docs, pull request 6647).
 */
function store(state: State, channel: Channel, body: Json): Message {
  const nonce = body["nonce"];
  const hasNonce = typeof nonce === "string" || typeof nonce === "number";
  const key = `${state.world.bot.id} ${channel.id} ${String(nonce)}`;
  const earlier = state.nonces.get(key);
  const isOpen = earlier !== undefined && Date.now() - earlier.createdAtMs < state.trouble.settings.nonceWindowMs;
  if (hasNonce && body["enforce_nonce"] === true && isOpen) {
    if (earlier.deleted) throw apiErrors.unknownMessage();
    state.repeats += 1;
    return earlier;
  }
  const message = addMessage(state, channel, body, { nonce: hasNonce ? nonce : null });
  if (hasNonce) state.nonces.set(key, message);
  return message;
}

interface Particulars {
  readonly authorId?: string;
  readonly nonce?: string | number | null;
  readonly ephemeralFor?: string | null;
  readonly id?: string;
}

export function addMessage(state: State, channel: Channel, body: Json, particulars: Particulars): Message {
  const { historyLagMs, random } = state.trouble.settings;
  const nowMs = Date.now();
  if (channel.thread !== null) channel.thread.archived = false;
  const message: Message = {
    id: particulars.id ?? nextSnowflake(),
    channelId: channel.id,
    authorId: particulars.authorId ?? state.world.bot.id,
    createdAtMs: nowMs,
    inHistoryFromMs: nowMs + historyLagMs * random(),
    ephemeralFor: particulars.ephemeralFor ?? null,
    nonce: particulars.nonce ?? null,
    body: storedBody(body),
    editedAtMs: null,
    files: [],
    deleted: false,
  };
  channel.messages.push(message);
  return message;
}

/** What is kept of a request: the nonce is not, and a message with components has no text of its own. */
export function storedBody(body: Json): Json {
  return {
    content: body["content"] ?? "",
    embeds: listOf(body["embeds"]),
    components: withIds(listOf(body["components"])),
    flags: flagsOf(body),
    allowed_mentions: body["allowed_mentions"] ?? null,
  };
}

/** "Get Channel Messages": newest first, 1 to 100; without READ_MESSAGE_HISTORY "no messages will be returned". */
function listMessages(state: State, call: Call): Answer {
  const channel = channelFor(state, call.params["channel_id"]);
  if ((botPermissions(state, channel) & permission.readMessageHistory) === 0n) return { status: 200, body: [] };
  const shown = inHistory(channel).sort((a, b) => (isLater(a.id, b.id) ? -1 : 1));
  const limit = Math.min(100, Math.max(1, Number(call.query.get("limit") ?? 50)));
  const page = pageOf(shown, call.query, limit);
  return { status: 200, body: page.map((message) => messageObject(state.world, message)) };
}

function inHistory(channel: Channel): Message[] {
  const nowMs = Date.now();
  return channel.messages.filter((one) => !one.deleted && one.ephemeralFor === null && one.inHistoryFromMs <= nowMs);
}

/** `after` gives those that follow directly, all of them newest first. */
function pageOf(newestFirst: readonly Message[], query: URLSearchParams, limit: number): Message[] {
  const [after, before, around] = ["after", "before", "around"].map((name) => query.get(name) ?? "");
  if (isSnowflake(after ?? "")) return newestFirst.filter((one) => isLater(one.id, after ?? "0")).slice(-limit);
  if (isSnowflake(before ?? "")) return newestFirst.filter((one) => isLater(before ?? "0", one.id)).slice(0, limit);
  if (isSnowflake(around ?? "")) {
    const at = newestFirst.findIndex((one) => !isLater(one.id, around ?? "0"));
    const from = Math.max(0, (at === -1 ? newestFirst.length : at) - Math.floor(limit / 2));
    return newestFirst.slice(from, from + limit);
  }
  return newestFirst.slice(0, limit);
}

/** "Get Channel Message": needs READ_MESSAGE_HISTORY. */
function getMessage(state: State, call: Call): Answer {
  const channel = channelFor(state, call.params["channel_id"]);
  if ((botPermissions(state, channel) & permission.readMessageHistory) === 0n) throw apiErrors.missingPermissions();
  const message = inHistory(channel).find((one) => one.id === call.params["message_id"]);
  if (message === undefined) throw apiErrors.unknownMessage();
  return { status: 200, body: messageObject(state.world, message) };
}

/** "Edit Message": one's own only; IS_COMPONENTS_V2 stays set once it was. Topics / Threads: not in an archived one (50083). */
async function editMessage(state: State, call: Call): Promise<Answer> {
  const channel = channelFor(state, call.params["channel_id"]);
  const body = isJson(call.body) ? call.body : {};
  const message = channel.messages.find((one) => one.id === call.params["message_id"] && !one.deleted);
  if (message === undefined) throw apiErrors.unknownMessage();
  if (message.authorId !== state.world.bot.id) throw apiErrors.foreignMessage();
  if (channel.thread?.archived === true) throw apiErrors.archivedThread();
  const edited = mergedBody(message.body, body);
  const accepted = await accept(state, () => {
    if (message.deleted) throw apiErrors.unknownMessage();
    message.body = edited;
    message.editedAtMs = Date.now();
    return message;
  });
  return { status: 200, body: messageObject(state.world, accepted) };
}

/** Fields that are not named keep their value; `null` empties one. */
export function mergedBody(old: Json, change: Json): Json {
  const flags = flagsOf(old) | (flagsOf(change) & (messageFlag.componentsV2 | messageFlag.suppressEmbeds));
  checkMessage({ ...change, nonce: null }, flags);
  const merged = storedBody({ ...old, ...change, flags });
  checkNotEmpty(merged);
  return merged;
}
