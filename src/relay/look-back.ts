import type { FeedRef, Shown } from "../adapter.ts";
import { fromRecord } from "../feed/entry-record.ts";
import type { SendingItem } from "../store/beginning.ts";
import type { ChannelTime } from "../store/delivery-store.ts";
import { SHOWN_KEPT_MS, type ShownItem } from "../store/shown-store.ts";
import { summarize } from "../summary/compose.ts";
import { stampIn } from "../zone.ts";
import { toItem } from "./item.ts";
import type { Run, Step } from "./run.ts";

const ASK_AGAIN_MS = 5000;
const LEAST_WAIT_MS = 100;

/**
 * A state that was restored from a backup knows nothing of what was posted since. So before the first post of a channel its history is read once, and
 * what it shows is noted. null when that is done, and the channel's work goes on.
 */
export async function lookBack(run: Run, { nowMs, zone }: ChannelTime): Promise<Step> {
  const { deps, channel, epoch } = run;
  const { restoration } = deps;
  if (restoration === null || nowMs > restoration.restoredAtMs + SHOWN_KEPT_MS) return "on";
  const { shown } = deps.channels;
  if ((await shown.standing(channel, restoration.id)) !== "to look") return "on";
  const history = await readHistory(run, restoration.takenAtMs);
  deps.log.info({ channel, found: history.kind }, "looked for what was posted since the backup");
  switch (history.kind) {
    case "shown": {
      const known = await shown.knownRefs(channel, restoration.takenAtMs);
      const unknown = history.messages.filter(({ ref }) => !known.has(ref));
      const { result } = await shown.note(channel, epoch, restoration.id, unknown);
      return result === "stale" ? null : "on";
    }
    case "ask-later":
      return Math.max(history.ms, LEAST_WAIT_MS);
    case "cannot-know": {
      const since = stampIn(zone, restoration.takenAtMs);
      const why = `the state was restored from a backup of ${since}, and it cannot be seen what was posted here since: ${history.reason}. To go on may repeat some of it`;
      const { result } = await shown.cannotLook(channel, epoch, restoration.id, why);
      return result === "changed" ? "on" : null;
    }
  }
}

async function readHistory({ deps, channel }: Run, sinceMs: number): Promise<Shown> {
  const follows = [...(await deps.channels.follows(channel)).keys()];
  const feeds = await Promise.all(
    follows.map(async (id): Promise<FeedRef> => {
      const { url = "", title = "" } = await deps.feeds.state(id);
      return { id, url, title };
    }),
  );
  try {
    return await deps.adapter.shownSince(channel, sinceMs, feeds);
  } catch (error) {
    deps.log.warn({ err: error, channel }, "the channel's history could not be read");
    return { kind: "ask-later", ms: ASK_AGAIN_MS };
  }
}

/** Settles as posted what of a message that is about to go the history shows already. `on` when there was some: then it is composed anew. */
export async function settleShown(run: Run, message: string, items: readonly SendingItem[]): Promise<Step | "nothing"> {
  const { deps, channel, epoch } = run;
  const { restoration } = deps;
  if (restoration === null) return "nothing";
  const { shown } = deps.channels;
  if ((await shown.standing(channel, restoration.id)) !== "some left") return "nothing";
  const wanted: ShownItem[] = [];
  for (const { id, linkKey } of items) {
    const headline = await headlineOf(run, message, id);
    if (headline !== null) wanted.push({ id, headline, linkKey });
  }
  if (wanted.length === 0) return "nothing";
  const { result, found } = await shown.settle(channel, epoch, wanted);
  if (result === "stale") return null;
  if (found === 0) return "nothing";
  deps.log.info({ channel, found }, "posted already, before the state was restored");
  return "on";
}

/** As the channel would show it. null for what somebody wants posted again. */
async function headlineOf({ deps }: Run, message: string, id: string): Promise<string | null> {
  const item = toItem(id);
  const { adapter, feeds } = deps;
  if (item.kind === "notice") return adapter.headlines(message)[0] ?? null;
  if (item.kind !== "entry" || item.generation > 0) return null;
  const [record] = await feeds.entries(item.feedId, [item.number]);
  const entry = fromRecord(record ?? "");
  if (entry === null) return null;
  const summary = summarize({ ...entry, entryId: id }, { excerptChars: 0 });
  const feed = { id: item.feedId, url: "", title: "" };
  return adapter.headlines(adapter.render({ kind: "post", feed, summary }))[0] ?? null;
}
