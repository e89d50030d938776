import { keyKinds } from "../feed/identity.ts";
import type { CommandDeps } from "./deps.ts";
import type { FoundEntry } from "./find-entry.ts";
import { bulletList, code, done, link, paragraph, type Reply, strong } from "./reply.ts";
import { duration, moment, stamp } from "./time-words.ts";
import { type Fate, FATE_WORDS, fateOf } from "./why-fate.ts";

type Line = Parameters<typeof paragraph>;

const DAY_MS = 86_400_000;

/** The whole story of the first entry, and what became of the others in a line each. */
export async function whyEntry(deps: CommandDeps, channel: string, found: readonly FoundEntry[]): Promise<Reply> {
  const nowMs = await deps.nowMs();
  const told = await Promise.all(found.map(async (one) => ({ one, fate: await fateOf(deps, channel, one, nowMs) })));
  // What a person asks about is most likely what is here, or was decided about.
  const [first, ...others] = told.toSorted((a, b) => Number(b.fate.row !== null) - Number(a.fate.row !== null));
  if (first === undefined) return done([]);
  const seen = await seenLines(deps, first.one, nowMs);
  const body = [
    paragraph(...titleOf(first.one), ...bylineOf(first.one)),
    ...first.fate.lines.map((line) => paragraph(...line)),
    ...seen.map((line) => paragraph(...line)),
    ...(others.length === 0 ? [] : [paragraph("This fits, too:"), bulletList(others.map(otherLine))]),
  ];
  const data = [first, ...others].map(({ one, fate }) => dataOf(one, fate));
  return done(body, { entries: data });
}

function dataOf(one: FoundEntry, { state, row }: Fate): unknown {
  const { id, firstSeenMs, feed, entry } = one;
  return {
    entryId: id,
    feedId: feed.feedId,
    title: entry?.title ?? "",
    link: entry?.link ?? "",
    state,
    firstSeenMs,
    row,
  };
}

export function titleOf({ entry, id }: Pick<FoundEntry, "entry" | "id">): Line {
  const title = entry?.title || entry?.titleRaw || (entry === null ? `Entry ${id}` : "(no title)");
  const url = entry?.link ?? "";
  return url === "" ? [strong(title)] : [link(url, title)];
}

function bylineOf({ entry, feed }: FoundEntry): Line {
  const { author = "", publishedAt = null } = entry ?? {};
  const date = publishedAt === null ? "" : `published ${stamp(publishedAt)}`;
  const parts = [author, feed.title, date].filter((part) => part !== "");
  return [` — ${parts.join(" · ")}`];
}

function otherLine({ one, fate }: { readonly one: FoundEntry; readonly fate: Fate }): Line {
  return [...titleOf(one), ` — ${one.feed.title}: ${FATE_WORDS[fate.state]}. `, code(`why ${one.handle}`)];
}

/** When it was seen first and last, and by which of its keys it is known again. */
async function seenLines(deps: CommandDeps, one: FoundEntry, nowMs: number): Promise<Line[]> {
  const { feed, entry, firstSeenMs } = one;
  if (entry === null) return [["It was seen in the feed once; its content is not kept any more."]];
  const kinds = keyKinds(entry).filter(({ key }) => one.keys.includes(key));
  const known = await deps.entries.known(
    feed.feedId,
    kinds.map(({ key }) => key),
  );
  const sure = known.filter(({ isDoubtful, number }) => !isDoubtful && number === one.number);
  const best = kinds.find(({ key }) => sure.some((other) => other.key === key));
  const first = `First seen in feed ${String(feed.number)} on ${moment(firstSeenMs)} (${duration(nowMs - firstSeenMs)} ago)`;
  const by = best === undefined ? "" : `; it is known again by its ${best.kind}`;
  const watchedDay = Math.floor(Number(feed.state.stored["watchedMs"] ?? 0) / DAY_MS);
  const days = watchedDay - Math.max(...known.map(({ day }) => day));
  const last = Number.isFinite(days) ? lastWords(days) : "";
  return [[`${first}${by}.${last}`]];
}

/** Days in which the feed was really watched. */
function lastWords(days: number): string {
  return days <= 1
    ? " The feed still shows it, or did until a day ago."
    : ` The feed showed it last about ${String(days)} days ago.`;
}
