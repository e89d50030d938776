import type { PhrasingContent } from "mdast";
import type { SearchHit } from "../search/search-index.ts";
import type { LedgerRow } from "../store/ledger-store.ts";
import { cutLine } from "../summary/cut-line.ts";
import { emphasis, link, messageLink, paragraph, type Reply, strong, time } from "./reply.ts";

const MOST_TITLE_CHARS = 150;
const MOST_NAME_CHARS = 60;
/** Five of these fit into one message of every platform. */
const MOST_URL_CHARS = 400;

/** An entry that was found, with what a channel knows of it. */
export interface ShownHit {
  readonly hit: SearchHit;
  /** "" where the channel follows one feed alone. */
  readonly feedTitle: string;
  /** null: it was never offered to this channel. */
  readonly row: LedgerRow | null;
  /** Of the message in which it was posted in this channel. */
  readonly messageUrl: string | null;
}

/** Three lines: what it is, by whom and when, and the words that answer. All of it is data, never markup. */
export function hitBlock({ hit, feedTitle, row, messageUrl }: ShownHit): Reply["body"][number] {
  const { entry, fragment } = hit;
  const title = `${entry.protected ? "🔒 " : ""}${cutLine(oneLine(entry.title), MOST_TITLE_CHARS) || "(no title)"}`;
  const isLinked = entry.link !== "" && entry.link.length <= MOST_URL_CHARS;
  const lines: PhrasingContent[][] = [
    [isLinked ? link(entry.link, title) : strong(title)],
    joined([...about(hit, feedTitle), ...became(row, messageUrl)]),
    entry.protected ? [] : fragment.map(({ text, isMatch }) => (isMatch ? strong(spaced(text)) : plain(spaced(text)))),
  ];
  return paragraph(
    ...lines
      .filter((line) => line.length > 0)
      .flatMap((line, i): PhrasingContent[] => (i === 0 ? line : [{ type: "break" }, ...line])),
  );
}

function about({ entry }: SearchHit, feedTitle: string): PhrasingContent[] {
  const names = [entry.author, entry.source === entry.author ? "" : entry.source, feedTitle];
  const shown = [...new Set(names.map((name) => cutLine(oneLine(name), MOST_NAME_CHARS)))].filter(
    (name) => name !== "",
  );
  return [
    ...(shown.length === 0 ? [] : [plain(shown.join(" · "))]),
    ...(entry.publishedAt === null ? [] : [time(entry.publishedAt)]),
  ];
}

/** What became of it in this channel, in few words. */
function became(row: LedgerRow | null, messageUrl: string | null): PhrasingContent[] {
  if (row === null) return [];
  switch (row.state) {
    case "posted":
      return [messageUrl === null ? plain("posted here") : messageLink(messageUrl, "posted here")];
    case "pending":
    case "sending":
      return [emphasis("waiting to be posted")];
    case "filtered":
      return [emphasis(`kept out: ${cutLine(oneLine(row.why ?? "by a filter"), MOST_NAME_CHARS)}`)];
    case "withdrawn":
    case "rejected":
    case "held":
      return [emphasis("not posted")];
  }
}

function joined(parts: readonly PhrasingContent[]): PhrasingContent[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [plain(" · "), part]));
}

function plain(value: string): PhrasingContent {
  return { type: "text", value };
}

function oneLine(text: string): string {
  return spaced(text).trim();
}

function spaced(text: string): string {
  return text.replaceAll(/\s+/gu, " ");
}

/** How many there are, and where one stands; how many pages, only where all were counted. */
export function countLine(total: number, isExact: boolean, page: number, pages: number): Reply["body"][number] {
  const hits = `${isExact ? "" : "More than "}${String(total)} ${total === 1 && isExact ? "hit" : "hits"}`;
  const where = `, page ${String(page)}${isExact ? ` of ${String(pages)}` : ""}`;
  return paragraph(strong(hits), ...(pages > 1 ? [where] : []));
}

/** What was left out of the question, and what the answer lacks. */
export function noteLines(ignored: readonly string[], stillReading: number): Reply["body"] {
  const reading =
    stillReading === 0
      ? []
      : [
          `Still reading ${String(stillReading)} older ${stillReading === 1 ? "entry" : "entries"}: ask again in a moment.`,
        ];
  return [...ignored, ...reading].map((line) => paragraph(emphasis(line)));
}
