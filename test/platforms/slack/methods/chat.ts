import { SlackFault } from "../fault.ts";
import { type Fields, textOf } from "../json.ts";
import type { Slack } from "../slack.ts";
import { BOT, BOT_USER, type SlackChannel, type SlackMessage } from "../workspace.ts";
import { acceptWithTrouble, contentOf, metadataOf } from "./content.ts";

/** A bucket of this many messages in a channel, filled up with one a second. */
const BURST = 5;

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export async function postMessage(slack: Slack, args: Fields): Promise<Fields> {
  const channel = channelToPostIn(slack, args);
  if (textOf(args, "channel") !== channel.id) throw new SlackFault("channel_not_found");
  const [content, metadata, threadTs] = [contentOf(slack, args), metadataOf(args), threadOf(channel, args)];
  slack.limits.take(`chat.postMessage ${channel.id}`, BURST, BURST * 1000);
  const ts = await acceptWithTrouble(
    slack,
    channel.id,
    () => append(slack, channel, content, metadata, formatOf(args), threadTs).ts,
  );
  const message = channel.messages.find((one) => one.ts === ts);
  return { channel: channel.id, ts, message: message === undefined ? {} : asPosted(message, true) };
}

function formatOf(args: Fields): boolean {
  return args["mrkdwn"] !== false && args["mrkdwn"] !== "false";
}

/**
 * `thread_ts`: the ts of the message whose thread it is, "Avoid using a reply's ts value; use its parent instead". What becomes of one that
 * was deleted is not documented; here it is refused.
 */
function threadOf(channel: SlackChannel, args: Fields): string {
  const ts = textOf(args, "thread_ts");
  if (ts === "") return "";
  const root = channel.messages.find((one) => one.ts === ts);
  if (root === undefined || root.threadTs !== undefined) throw new SlackFault("thread_not_found");
  if (args["reply_broadcast"] !== undefined) throw new Error("the thread's messages are not for the channel");
  return ts;
}

export function append(
  slack: Slack,
  channel: SlackChannel,
  content: { text: string; blocks: readonly Fields[] },
  metadata: Fields | null,
  format = true,
  threadTs = "",
): SlackMessage {
  const ts = slack.workspace.nextTs();
  const inHistoryAtMs = Date.now() + slack.trouble.lagMs();
  const message: SlackMessage = {
    ts,
    user: BOT_USER,
    botId: BOT,
    ...content,
    format,
    metadata,
    edited: false,
    inHistoryAtMs,
    ...(threadTs === "" ? {} : { threadTs }),
  };
  channel.messages.push(message);
  return message;
}

/** Errors in the order of the method's page: not found, not a member, archived, not allowed. */
function channelToPostIn(slack: Slack, args: Fields): SlackChannel {
  const channel = slack.channel(args["channel"]);
  if (!channel.members.has(BOT_USER) && !slack.scopes.has("chat:write.public")) throw new SlackFault("not_in_channel");
  if (channel.isArchived) throw new SlackFault("is_archived");
  if (channel.isRestricted) throw new SlackFault("restricted_action");
  return channel;
}

/**
 * A message as methods answer it. Without `include_all_metadata` the payload of events that the manifest does not declare
 * is left out (python-slack-sdk issue 1501).
 */
export function asPosted(message: SlackMessage, withMetadata: boolean): Fields {
  const { ts, user, botId, text, blocks, metadata, threadTs } = message;
  const shown =
    metadata === null || withMetadata ? metadata : { event_type: metadata["event_type"], event_payload: {} };
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return {
    type: "message",
    ts,
    user,
    bot_id: botId,
    text,
    blocks,
    ...thread,
    ...(shown === null ? {} : { metadata: shown }),
  };
}

function ownMessage(slack: Slack, args: Fields, code: string): { channel: SlackChannel; message: SlackMessage } {
  const channel = slack.channel(args["channel"]);
  const message = channel.messages.find((one) => one.ts === textOf(args, "ts"));
  if (message === undefined) throw new SlackFault("message_not_found");
  if (message.user !== BOT_USER) throw new SlackFault(code);
  return { channel, message };
}

/** https://docs.slack.dev/reference/methods/chat.update */
export async function updateMessage(slack: Slack, args: Fields): Promise<Fields> {
  const { channel, message } = ownMessage(slack, args, "cant_update_message");
  if (channel.isArchived) throw new SlackFault("is_archived");
  if (slack.isEditWindowClosed) throw new SlackFault("edit_window_closed");
  const content = contentOf(slack, args);
  const ts = await acceptWithTrouble(slack, channel.id, () => {
    message.text = content.text;
    message.blocks = content.blocks;
    message.edited = true;
    return message.ts;
  });
  return { channel: channel.id, ts, text: message.text, message: asPosted(message, true) };
}

/** https://docs.slack.dev/reference/methods/chat.delete */
export function deleteMessage(slack: Slack, args: Fields): Fields {
  const { channel, message } = ownMessage(slack, args, "cant_delete_message");
  channel.messages.splice(channel.messages.indexOf(message), 1);
  return { channel: channel.id, ts: message.ts };
}
