import { SlackFault } from "../fault.ts";
import { type Fields, flagOf, textOf } from "../json.ts";
import type { Slack } from "../slack.ts";
import { BOT_USER, type SlackMessage } from "../workspace.ts";
import { asPosted } from "./chat.ts";

const DEFAULT_LIMIT = 100;
const MOST = 999;
const STRICT_MOST = 15;
/** Tier 3: 50 and more a minute (https://docs.slack.dev/apis/web-api/rate-limits). */
const TIER_3 = 50;

/**
 * Newest first; `oldest` and `latest` exclude what has that very ts unless `inclusive`; pages by `next_cursor`; a bot reads
 * only conversations that it is a member of.
 * https://docs.slack.dev/reference/methods/conversations.history
 */
export function history(slack: Slack, args: Fields): Fields {
  const all = readable(slack, args, "conversations.history").filter(({ threadTs }) => threadTs === undefined);
  const newestFirst = all.filter(inRange(args)).toReversed();
  const from = startOf(args, newestFirst, (ts, next) => ts <= next);
  return pageOf(newestFirst.slice(from), args, slack.trouble.settings.strictHistory);
}

/**
 * A message and what stands in its thread, oldest first; the message itself, whatever the range, on the first page.
 * https://docs.slack.dev/reference/methods/conversations.replies
 */
export function replies(slack: Slack, args: Fields): Fields {
  const all = readable(slack, args, "conversations.replies");
  const root = all.find(({ ts }) => ts === textOf(args, "ts"));
  if (root === undefined) throw new SlackFault("thread_not_found");
  const oldestFirst = [root, ...all.filter(({ threadTs }) => threadTs === root.ts).filter(inRange(args))];
  const from = startOf(args, oldestFirst, (ts, next) => ts >= next);
  return pageOf(oldestFirst.slice(from), args, slack.trouble.settings.strictHistory);
}

function readable(slack: Slack, args: Fields, method: string): SlackMessage[] {
  const { settings } = slack.trouble;
  const [most, windowMs] = settings.strictHistory ? [1, settings.strictMinuteMs] : [TIER_3, 60_000];
  slack.limits.take(method, most, windowMs);
  if (settings.historyError !== "") throw new SlackFault(settings.historyError);
  const channel = slack.channel(args["channel"]);
  if (!channel.members.has(BOT_USER)) throw new SlackFault("not_in_channel");
  return channel.messages.filter((message) => message.inHistoryAtMs <= Date.now());
}

function pageOf(messages: readonly SlackMessage[], args: Fields, strict: boolean): Fields {
  const limit = limitOf(args, strict);
  const page = messages.slice(0, limit);
  const next = messages[limit];
  return {
    messages: page.map((message) => asPosted(message, flagOf(args, "include_all_metadata"))),
    has_more: next !== undefined,
    response_metadata: { next_cursor: next === undefined ? "" : toCursor(next.ts) },
  };
}

function limitOf(args: Fields, strict: boolean): number {
  const most = strict ? STRICT_MOST : MOST;
  const wanted = Number(args["limit"] ?? (strict ? STRICT_MOST : DEFAULT_LIMIT));
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, most) : most;
}

function inRange(args: Fields): (message: SlackMessage) => boolean {
  const [oldest, latest] = [timeOf(args, "oldest", 0), timeOf(args, "latest", Number.MAX_SAFE_INTEGER)];
  const inclusive = flagOf(args, "inclusive");
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function timeOf(args: Fields, name: "oldest" | "latest", otherwise: number): number {
  const value = args[name];
  if (value === undefined || value === "") return otherwise;
  const text = typeof value === "number" ? String(value) : textOf(args, name);
  if (!/^\d+(\.\d{1,6})?$/.test(text)) throw new SlackFault(`invalid_ts_${name}`);
  return Number(text);
}

function toCursor(ts: string): string {
  return Buffer.from(`next_ts:${ts}`).toString("base64");
}

function startOf(
  args: Fields,
  messages: readonly SlackMessage[],
  isBehind: (ts: number, next: number) => boolean,
): number {
  const cursor = textOf(args, "cursor");
  if (cursor === "") return 0;
  const ts = /^next_ts:(.+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  if (ts === undefined) throw new SlackFault("invalid_cursor");
  const at = messages.findIndex((message) => isBehind(Number(message.ts), Number(ts)));
  return at === -1 ? messages.length : at;
}
