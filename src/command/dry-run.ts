import { type Filter, filteredBecause } from "../follow/filter.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { summarize } from "../summary/compose.ts";
import { newestEntries } from "./entry-blocks.ts";
import { bulletList, link, paragraph, type Reply, strong } from "./reply.ts";

const MOST_ENTRIES = 50;
const MOST_LISTED = 8;

export interface DryRun {
  readonly body: Reply["body"];
  readonly data: {
    readonly of: number;
    readonly pass: number;
    /** Entry ids, newest first. */
    readonly passing: readonly string[];
    readonly kept: readonly { readonly entry: string; readonly why: string }[];
  };
}

/**
 * What a filter makes of the newest entries of a feed: how many would pass, and of those that pass and those that do not the fewer by
 * title.
 */
export async function dryRun(
  feeds: FeedStore,
  feed: { readonly feedId: string; readonly title: string },
  filter: Filter,
): Promise<DryRun> {
  const entries = await newestEntries(feeds, [feed], MOST_ENTRIES);
  const judged = entries.map((entry) => ({ entry, why: filteredBecause(filter, entry) }));
  const passing = judged.filter(({ why }) => why === "");
  const kept = judged.filter(({ why }) => why !== "");
  const data = {
    of: judged.length,
    pass: passing.length,
    passing: passing.map(({ entry }) => entry.entryId),
    kept: kept.map(({ entry, why }) => ({ entry: entry.entryId, why })),
  };
  if (judged.length === 0) return { body: [paragraph("The feed has no entries yet to try that on.")], data };
  const some = passing.length <= kept.length ? passing : kept;
  const head = paragraph(opening(judged.length, passing.length), some.length === 0 ? "." : following(some === passing));
  const rows = some.slice(0, MOST_LISTED).map(({ entry, why }) => {
    const { title, url, author } = summarize(entry, { excerptChars: 0 });
    const name = title === "" ? "(no title)" : title;
    const notes = [author, why].filter((part) => part !== "").join(" — ");
    return [url === "" ? strong(name) : link(url, name), ...(notes === "" ? [] : [` — ${notes}`])];
  });
  const more = some.length - rows.length;
  const rest = more > 0 ? [paragraph(`and ${String(more)} more`)] : [];
  return { body: some.length === 0 ? [head] : [head, bulletList(rows), ...rest], data };
}

function opening(of: number, pass: number): string {
  const all = of === 1 ? "The only entry so far" : `Of the last ${String(of)} entries ${count(pass, of)}`;
  if (of === 1) return `${all} ${pass === 1 ? "would pass" : "would be kept out"}`;
  return `${all} would pass`;
}

function count(pass: number, of: number): string {
  if (pass === 0) return "none";
  return pass === of ? "all" : String(pass);
}

function following(arePassing: boolean): string {
  return arePassing ? ":" : "; kept out:";
}
