import type { Aim } from "../adapter.ts";
import { fromRecord } from "../feed/entry-record.ts";
import { filteredBecause } from "../follow/filter.ts";
import { shownTitle, toSettings } from "../follow/settings.ts";
import type { LedgerRow } from "../store/ledger-store.ts";
import type { ChannelTime } from "../store/delivery-store.ts";
import { shownHash } from "../store/lua.ts";
import { UTC } from "../zone.ts";
import { attempt, type ComposeDeps, postOf } from "./compose.ts";
import { editedEntry } from "./item.ts";

const DAY_MS = 86_400_000;
/** Nobody reads what stands so far up, and some platforms take no edits of it. */
const EDIT_DAYS = 7;
/** A text that changes again and again is not corrected, but counts something. */
const MOST_EDITS = 5;

/** An edit that waited, as it would be sent now. `rev`: the change that it shows. */
export type ComposedEdit =
  | { readonly kind: "message"; readonly rev: number; readonly message: string; readonly aim: Aim }
  /** `why`: for the ledger; "" where there is nothing to say. */
  | { readonly kind: "drop"; readonly rev: number; readonly why: string };

/**
 * What to do with an edit that is due: made of the newest record, as the channel wants posts to look now. The row is read before
 * the record: a change that comes in between is in the record then, and asks for one edit too many; the other way round it
 * would be the last one that anybody heard of.
 */
export async function composeEdit(
  deps: ComposeDeps,
  channel: string,
  item: string,
  { nowMs, zone }: ChannelTime,
): Promise<ComposedEdit> {
  const { id, feedId, number } = editedEntry(item);
  const row = await deps.channels.ledgerRow(channel, id);
  const rev = row?.rev ?? 0;
  const drop = (why: string): ComposedEdit => ({ kind: "drop", rev, why });
  // Whatever else became of it is not seen, or will be composed from the newest record.
  if (row?.state !== "posted" || row.ref === undefined) return drop("");
  const unable = cannotEdit(row, nowMs);
  if (unable !== "") return drop(unable);
  const follower = await deps.feeds.followers.get(feedId, channel);
  if (follower === null) return drop("the feed is no longer followed");
  const settings = toSettings(follower.settings);
  if (!settings.edits) return drop("edits are off for this feed");
  const [[record], state] = await Promise.all([deps.feeds.entries(feedId, [number]), deps.feeds.state(feedId)]);
  const entry = fromRecord(record ?? "");
  if (entry === null) return drop("its content is not kept any more");
  const filteredBy = filteredBecause(settings.filter, entry);
  if (filteredBy !== "") return drop(`filtered as it is now: ${filteredBy}`);
  const { url = "", title = "" } = state;
  const feed = { id: feedId, url, title: shownTitle(settings, { title, url }) };
  const post = { item: { feedId, number }, entry, feed, settings };
  const messageIn = (where: string): string => deps.adapter.render(postOf(deps.adapter, { ...post, zone: where }));
  const message = attempt(() => messageIn(zone));
  if ("failure" in message) return drop(message.failure);
  if (shownHash(message.value) === row.shown) return drop("");
  // As it was before the channel chose its time zone: how a date is written is no reason for an edit.
  if (zone !== UTC && shownHash(messageIn(UTC)) === row.shown) return drop("");
  return { kind: "message", rev, message: message.value, aim: { kind: "edit", ref: row.ref } };
}

/** Pure. "" for a message that may be edited. */
function cannotEdit(row: LedgerRow, nowMs: number): string {
  if (row.together !== undefined) return `it stands in a message with ${String(row.together - 1)} more`;
  if (row.shown === undefined) return "it was posted by a version that did not note what it posted";
  if (row.fixed === true) return row.editWhy ?? "the platform takes no more edits of it";
  if (nowMs - row.at > EDIT_DAYS * DAY_MS) return `it was posted more than ${String(EDIT_DAYS)} days ago`;
  return (row.edits ?? 0) >= MOST_EDITS ? `it was edited ${String(MOST_EDITS)} times already` : "";
}
