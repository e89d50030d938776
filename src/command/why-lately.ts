import { fromRecord, type StoredEntry } from "../feed/entry-record.ts";
import type { ChannelFeed } from "../follow/channel-feeds.ts";
import { toItem } from "../relay/item.ts";
import type { ItemRow } from "../store/ledger-store.ts";
import type { CommandDeps } from "./deps.ts";
import { bulletList, code, done, paragraph, type Reply } from "./reply.ts";
import { duration } from "./time-words.ts";
import { titleOf } from "./why-entry.ts";
import { FATE_WORDS } from "./why-fate.ts";

type Line = Parameters<typeof paragraph>;

/** So many of the newest rows are looked through. */
const LOOKED_AT = 200;
/** What was not posted is what people wonder about; what was, they see. */
const MOST_KEPT_OUT = 6;
const MOST_POSTED = 4;

/** The last decisions of a channel, newest first. */
export async function lastDecisions(deps: CommandDeps, channel: string, feeds: readonly ChannelFeed[]): Promise<Reply> {
  const nowMs = await deps.nowMs();
  const [all, held] = await Promise.all([deps.ledger.newest(channel, LOOKED_AT), deps.ledger.held(channel)]);
  const rows = messages(all.filter(({ id }) => toItem(id).kind === "entry"));
  const [posted, others] = [rows.filter(isPosted), rows.filter((row) => !isPosted(row))];
  const shown = [...posted.slice(0, MOST_POSTED), ...others.slice(0, MOST_KEPT_OUT)].sort((a, b) => b.at - a.at);
  const heldNote =
    held.length === 0
      ? []
      : [
          paragraph(
            `${held.length === 1 ? "1 message is" : `${String(held.length)} messages are`} set aside, since nobody knows whether they arrived here; `,
            code("why <its link>"),
            " tells what to do.",
          ),
        ];
  if (shown.length === 0)
    return done([paragraph("Nothing was decided here yet: no new entry has come."), ...heldNote], { rows: [] });
  const entries = await Promise.all(shown.map(async (row) => await entryOf(deps, row)));
  const lines = shown.map((row, i) => lineOf(row, entries[i] ?? null, feeds, nowMs));
  return done([paragraph("What was decided here lately, newest first:"), bulletList(lines), ...heldNote], {
    rows: shown,
  });
}

type Message = ItemRow & { readonly others: number };

function isPosted({ state }: ItemRow): boolean {
  return state === "posted";
}

/** What came in one message is one line. */
function messages(rows: readonly ItemRow[]): Message[] {
  const firsts = new Map<string, ItemRow[]>();
  for (const row of rows) {
    const name = row.key ?? row.id;
    firsts.set(name, [...(firsts.get(name) ?? []), row]);
  }
  return [...firsts.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, others: others.length }],
  );
}

async function entryOf(deps: CommandDeps, { id }: ItemRow): Promise<StoredEntry | null> {
  const item = toItem(id);
  if (item.kind !== "entry") return null;
  const [kept] = await deps.entries.kept(item.feedId, [item.number]);
  return kept === undefined ? null : fromRecord(kept.record);
}

function lineOf(row: Message, entry: StoredEntry | null, feeds: readonly ChannelFeed[], nowMs: number): Line {
  const item = toItem(row.id);
  const feed = feeds.find(({ feedId }) => item.kind === "entry" && feedId === item.feedId);
  const why = row.why === undefined ? "" : `: ${row.why.replace(/\.$/, "")}`;
  const company = row.others === 0 ? "" : ` with ${String(row.others)} more`;
  const where = feed === undefined ? "" : ` · ${feed.title}`;
  return [
    ...titleOf({ entry, id: row.id }),
    ` — ${FATE_WORDS[row.state]}${company} ${duration(nowMs - row.at)} ago${why}${where}`,
  ];
}
