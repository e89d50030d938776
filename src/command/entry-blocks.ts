import { fromRecord, type StoredEntry } from "../feed/entry-record.ts";
import { entryId } from "../relay/item.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { Summary } from "../summary/summary.ts";
import { link, paragraph, type Reply, strong } from "./reply.ts";

type NumberedEntry = StoredEntry & { readonly entryId: string };

/** The newest entries of some feeds, newest first. */
export async function newestEntries(
  feeds: FeedStore,
  of: readonly { readonly feedId: string; readonly title: string }[],
  count: number,
): Promise<NumberedEntry[]> {
  const found = await Promise.all(of.map(async ({ feedId }) => await newestOfFeed(feeds, feedId, count)));
  return found
    .flat()
    .sort((a, b) => (b.publishedAt ?? "").localeCompare(a.publishedAt ?? ""))
    .slice(0, count);
}

async function newestOfFeed(feeds: FeedStore, feedId: string, count: number): Promise<NumberedEntry[]> {
  const { seq = "0" } = await feeds.state(feedId);
  const newest = Number(seq);
  const numbers = Array.from({ length: Math.min(count, newest) }, (_, i) => newest - i);
  const records = await feeds.entries(feedId, numbers);
  return records.flatMap((record, i) => {
    const entry = fromRecord(record ?? "");
    const id = entryId(feedId, numbers[i] ?? 0);
    return entry === null ? [] : [{ ...entry, entryId: id }];
  });
}

function byline(summary: Summary): string {
  const who =
    summary.source !== "" && summary.source !== summary.author
      ? [summary.author, summary.source].filter(Boolean).join(", ")
      : summary.author;
  const length = summary.minutes > 1 ? `${String(summary.minutes)} min read` : "";
  return [who, summary.publishedText, length, summary.protected ? "🔒 protected" : ""]
    .filter((part) => part !== "")
    .join(" · ");
}

/** A post as an answer can show it. */
export function postBlocks(summary: Summary, feedTitle: string): Reply["body"] {
  const title = summary.title === "" ? "(no title)" : summary.title;
  const line = [byline(summary), feedTitle].filter((part) => part !== "").join(" · ");
  const excerpt = summary.excerpt.children.filter((node): node is Reply["body"][number] => node.type !== "yaml");
  return [
    paragraph(summary.url === "" ? strong(title) : link(summary.url, title)),
    ...(line === "" ? [] : [paragraph(line)]),
    ...(excerpt.length > 0 ? [{ type: "blockquote" as const, children: excerpt }] : []),
    ...(summary.image === "" ? [] : [paragraph("With its picture: ", link(summary.image, "open"))]),
  ];
}

/** An entry on one line. */
export function summaryLine(summary: Summary): Parameters<typeof paragraph> {
  const title = summary.title === "" ? "(no title)" : summary.title;
  const line = byline(summary);
  return [summary.url === "" ? strong(title) : link(summary.url, title), ...(line === "" ? [] : [` — ${line}`])];
}
