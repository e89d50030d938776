import { filteredBecause } from "../follow/filter.ts";
import { entryId, toItem } from "../relay/item.ts";
import { PAUSED_BY_A_PERSON } from "../relay/pause.ts";
import type { LedgerRow } from "../store/ledger-store.ts";
import type { ChannelWork } from "../store/ledger-store.ts";
import type { CommandDeps } from "./deps.ts";
import type { FoundEntry } from "./find-entry.ts";
import { code, link, type paragraph } from "./reply.ts";
import { duration, moment } from "./time-words.ts";

type Line = Parameters<typeof paragraph>;

/** What became of an entry in a channel, in a word and in sentences. */
export interface Fate {
  /** A state of the ledger, or why there is none. */
  readonly state: LedgerRow["state"] | "before the follow" | "on its way" | "forgotten";
  readonly row: LedgerRow | null;
  readonly lines: readonly Line[];
}

/** A state in a word or two, for a line among others. */
export const FATE_WORDS: Readonly<Record<Fate["state"], string>> = {
  posted: "posted",
  pending: "waits",
  sending: "being sent",
  filtered: "kept out",
  withdrawn: "taken back",
  rejected: "refused",
  held: "set aside, nobody knows whether it arrived",
  "before the follow": "older than the follow",
  "on its way": "found just now",
  forgotten: "what became of it is not noted any more",
};

type Deps = Pick<CommandDeps, "feeds" | "ledger" | "linkOf" | "retentionMs">;

const DAY_MS = 86_400_000;

export async function fateOf(deps: Deps, channel: string, found: FoundEntry, nowMs: number): Promise<Fate> {
  const row = await deps.ledger.row(channel, found.id);
  if (row === null) return { row, ...(await fateWithoutRow(deps, channel, found)) };
  return { state: row.state, row, lines: await linesOf(deps, channel, found, row, nowMs) };
}

async function linesOf(
  deps: Deps,
  channel: string,
  found: FoundEntry,
  row: LedgerRow,
  nowMs: number,
): Promise<readonly Line[]> {
  const on = `on ${moment(row.at)} (${duration(nowMs - row.at)} ago)`;
  const why = (row.why ?? "").replace(/\.$/, "");
  const post = code(`post ${found.handle}`);
  switch (row.state) {
    case "posted":
      return await postedLines(deps, channel, row, on);
    case "pending":
      return [...pendingLines(await deps.ledger.work(channel), found, nowMs), ...laterRule(found, row)];
    case "sending":
      return sendingLines(await deps.ledger.work(channel), nowMs);
    case "filtered":
      return [[`Kept out of this channel ${on}: ${why}.`], todaysRule(found, post)];
    case "withdrawn":
      return [[`Taken out of what waited here ${on}, before it was sent: ${why}.`], [post, " posts it after all."]];
    case "rejected":
      return [[`Not posted: it was refused ${on}: ${why}.`], [post, " tries once more."]];
    case "held":
      return [
        [`Set aside ${on}: nobody knows whether it arrived here: ${why}.`],
        [
          "Look for it in the channel. If it is there: ",
          code(`post ${found.handle} landed:yes`),
          ". If it is not: ",
          post,
          " sends it again.",
        ],
      ];
  }
}

async function postedLines(deps: Deps, channel: string, row: LedgerRow, on: string): Promise<readonly Line[]> {
  const { ref = "", again } = row;
  const [others, url] = await Promise.all([
    deps.ledger.together(channel, row),
    ref === "" ? null : deps.linkOf(channel, ref),
  ]);
  const company =
    others.length > 1 ? `, in one message with ${plural(others.length - 1, "other entry", "others")}` : "";
  const place: Line = url === null ? ["."] : [": ", link(url, "the message"), "."];
  const lines: Line[] = [[`Posted here ${on}${again === undefined ? "" : ", as somebody asked"}${company}`, ...place]];
  lines.push(...editLines(row));
  if (ref === "") lines.push(["Somebody said that it had arrived; where it is was not noted."]);
  return lines;
}

/** Entries change after they were posted, and so do their messages. */
function editLines({ edits = 0, editedAt = 0, editWhy = "" }: LedgerRow): Line[] {
  const times = edits === 1 ? "once" : `${String(edits)} times, last`;
  const why = editWhy.replace(/\.$/, "");
  return [
    ...(edits === 0
      ? []
      : [[`The entry has changed since, and so has the message: ${times} on ${moment(editedAt)}.`] as Line]),
    ...(why === "" ? [] : [[`The entry has changed since, and the message does not show it: ${why}.`] as Line]),
  ];
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${String(count)} ${many}`;
}

function pausedLine({ paused, movedTo }: ChannelWork): Line[] {
  if (movedTo !== null) return [[`This channel goes on as ${movedTo}; what waits goes there.`]];
  if (paused === null) return [];
  const why = paused === PAUSED_BY_A_PERSON ? "somebody paused posting here" : `posting here is paused: ${paused}`;
  return [[`Nothing is sent, since ${why}. `, code("resume"), " goes on."]];
}

function pendingLines(work: ChannelWork, found: FoundEntry, nowMs: number): Line[] {
  const at = work.waiting.findIndex((id) => isOf(id, found));
  const all = work.waiting.length;
  const place = at === -1 ? "Waits to be posted" : `Waits to be posted: number ${String(at + 1)} of ${String(all)}`;
  const paused = pausedLine(work);
  if (paused.length > 0) return [[`${place}.`], ...paused];
  if (work.sending === null) return [[`${place}. It is sent as soon as its turn comes.`]];
  return [[`${place}. Before it goes another message:`], ...sendingLines(work, nowMs)];
}

function isOf(itemId: string, found: FoundEntry): boolean {
  const item = toItem(itemId);
  return item.kind === "entry" && entryId(item.feedId, item.number) === found.id;
}

/** Rules decide once more as sending begins. */
function laterRule({ feed, entry }: FoundEntry, { again }: LedgerRow): Line[] {
  const why = entry === null || again !== undefined ? "" : filteredBecause(feed.settings.filter, entry);
  return why === "" ? [] : [[`When its turn comes, today’s rules will keep it out: ${why}.`]];
}

function todaysRule({ feed, entry }: FoundEntry, post: Line[number]): Line {
  if (entry === null) return ["Its content is not kept any more, so it cannot be posted."];
  const why = filteredBecause(feed.settings.filter, entry);
  const rule = why === "" ? "Today’s rules would let it in. " : `So would today’s rules: ${why}. `;
  return [rule, post, " posts it all the same."];
}

function sendingLines(work: ChannelWork, nowMs: number): Line[] {
  const { sending } = work;
  const paused = pausedLine(work);
  // It was noted between the two looks.
  if (sending === null) return [["It is being sent."]];
  const attempt = sending.attempts === 1 ? "" : `, for the ${ordinal(sending.attempts)} time`;
  if (sending.phase === "waiting") {
    const why = sending.why === "" ? "" : `: ${sending.why.replace(/\.$/, "")}`;
    const next = sending.notBeforeMs <= nowMs ? "now" : `in ${duration(sending.notBeforeMs - nowMs)}`;
    const tries = plural(sending.attempts, "attempt", "attempts");
    return [
      [`It has not arrived yet (${tries})${why}.${paused.length > 0 ? "" : ` It is tried again ${next}.`}`],
      ...paused,
    ];
  }
  if (nowMs < sending.deadlineAtMs) return [[`It is being sent at this moment${attempt}.`], ...paused];
  return [
    [
      `It was sent${attempt} on ${moment(sending.attemptAtMs)}, and no answer came. It is looked for in the channel, and sent again only if it surely is not there.`,
    ],
    ...paused,
  ];
}

function ordinal(n: number): string {
  const ends: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd" };
  return `${String(n)}${ends[new Intl.PluralRules("en", { type: "ordinal" }).select(n)] ?? "th"}`;
}

async function fateWithoutRow(deps: Deps, channel: string, found: FoundEntry): Promise<Omit<Fate, "row">> {
  const { feedId } = found.feed;
  const [follower, isOpen] = await Promise.all([
    deps.feeds.followers.get(feedId, channel),
    deps.feeds.hasFanOut(feedId),
  ]);
  const goesOn = found.feed.state.mergedInto !== "";
  if (follower !== null && found.number <= follower.since && !goesOn)
    return {
      state: "before the follow",
      lines: [
        ["It was in the feed already when this channel followed it, so it was not posted."],
        found.entry === null ? ["Its content is not kept any more."] : [code(`post ${found.handle}`), " posts it."],
      ],
    };
  if (isOpen) return { state: "on its way", lines: [["It was found just now, and is on its way to this channel."]] };
  const days = Math.round(deps.retentionMs / DAY_MS);
  return {
    state: "forgotten",
    lines: [
      [
        goesOn
          ? "This feed goes on as another one, and what was decided here about this entry is not noted."
          : `What became of it here is not noted any more: such notes are kept for ${plural(days, "day", "days")} (RETENTION_DAYS).`,
      ],
    ],
  };
}
