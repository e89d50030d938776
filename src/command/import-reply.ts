import { countKinds, countsInWords, type ImportRow, type ResultKind } from "../import/import-result.ts";
import type { LeftOut } from "../import/read-list.ts";
import type { ImportState } from "../store/import-store.ts";
import { bulletList, code, done, link, paragraph, type Reply, strong } from "./reply.ts";

/** Of each kind; more than that nobody reads in a chat, and `--json` has all. */
const MOST_LISTED = 500;

const HEADINGS: readonly (readonly [ResultKind, string])[] = [
  ["refused", "Cannot be followed"],
  ["limit", "Over the limit of this channel"],
  ["left", "Not tried"],
  ["followed", "Followed"],
  ["already", "Followed before; their rules here stay as they were"],
  ["same", "The same feed as another of the list"],
];

/** What of a list is no feed to be followed, in a sentence; "" when nothing is. */
export function leftOutInWords({ folders, duplicates, includes, unusable, beyond }: LeftOut): string {
  const parts = [
    counted(duplicates, "is in it twice", "are in it twice"),
    counted(unusable, "entry names no feed", "entries name no feed"),
    counted(includes, "refers to another list, which is not followed", "refer to other lists, which are not followed"),
    counted(beyond, "is more than I take at once (5,000)", "are more than I take at once (5,000)"),
    folders > 0 ? "its folders are ignored, since a channel has none" : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` Left out: ${parts.join("; ")}.`;
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? "" : `${String(count)} ${count === 1 ? one : many}`;
}

export function begunReply(total: number, source: string, leftOut: string): Reply {
  const feeds = total === 1 ? "one feed" : `${String(total)} feeds`;
  return done(
    [
      paragraph(`Importing ${feeds} from `, strong(source), `.${leftOut}`),
      paragraph(
        "The result is told here. ",
        code("import status"),
        " shows how it goes, ",
        code("import stop"),
        " ends it.",
      ),
    ],
    { total, source },
  );
}

/** While it runs. */
export function goingReply(state: ImportState): Reply {
  const line = paragraph(`Importing from `, strong(state.source), `: ${progressInWords(state)}.`);
  return { ...done([line], dataOf(state, [])), isInterim: true };
}

export function progressInWords({ doneCount, total }: ImportState): string {
  return `${String(doneCount)} of ${String(total)} feeds`;
}

/** What became of each feed, what went wrong first. */
export function resultReply(state: ImportState, rows: readonly ImportRow[]): Reply {
  const isOver = state.endedAtMs > 0;
  const opening = !isOver ? `Importing from ` : state.isStopped ? "Stopped importing from " : "Imported from ";
  const lists = HEADINGS.filter(([kind]) => isOver || kind !== "left").flatMap(([kind, heading]) =>
    listed(
      heading,
      rows.filter((row) => row.kind === kind),
    ),
  );
  const sofar = isOver ? "" : `${progressInWords(state)} so far. `;
  const counts = countsInWords(isOver ? rows : rows.filter((row) => row.kind !== "left"));
  return done([paragraph(opening, strong(state.source), `: ${sofar}${counts}.`), ...lists], dataOf(state, rows));
}

function listed(heading: string, rows: readonly ImportRow[]): Reply["body"] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MOST_LISTED).map(({ url, title, reason }) => {
    const name = link(url, title || url);
    return reason === "" ? [name] : [name, ` — ${reason}`];
  });
  const more = rows.length - shown.length;
  return [paragraph(`${heading}:`), bulletList(more === 0 ? shown : [...shown, [`and ${String(more)} more`]])];
}

function dataOf(state: ImportState, rows: readonly ImportRow[]): unknown {
  const { source, total, doneCount, isStopped } = state;
  const counts = rows.length === 0 ? {} : { counts: countKinds(rows), feeds: rows };
  return { source, total, done: doneCount, isOver: state.endedAtMs > 0, isStopped, ...counts };
}
