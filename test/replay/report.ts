import type { OracleEntry } from "../oracle/read.ts";
import { mayBeSilent } from "./compare.ts";
import type { Replayed } from "./run.ts";

/** Losses, repeats and disorder; not the silence about entries that may be known. */
export function faults({ comparison, unconfirmed, stalledAt }: Replayed): readonly string[] {
  const { decisions, strays, outOfOrder } = comparison;
  return [
    ...decisions
      .filter(({ expected, posted }) => !posted && !mayBeSilent(expected))
      .map(({ expected }) => `lost: ${describe(expected.entry)}`),
    ...strays.map(({ kind, posted, why }) => `${kind}: ${posted.title} <${posted.url}> (${why})`),
    ...outOfOrder.map(([one, other]) => `out of order: ${describe(one.entry)} before ${describe(other.entry)}`),
    ...unconfirmed.map((state) => `document ${state} was read again and again and never confirmed`),
    ...(stalledAt === undefined ? [] : [`stands still at document ${stalledAt}`]),
  ];
}

/** One line per feed, the widths those of the longest. */
export function table(results: readonly Replayed[]): string {
  const head = [
    "feed",
    "documents",
    "expected",
    "posted",
    "missing",
    "unexpected",
    "of known look",
    "posted",
    "seconds",
  ];
  const rows = [head, ...results.map(row)];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells.map((cell, column) => cell[column === 0 ? "padEnd" : "padStart"](widths[column] ?? 0)).join("  "),
    )
    .join("\n");
}

function row({ name, documents, comparison, seconds }: Replayed): readonly string[] {
  const posted = comparison.decisions.filter((decision) => decision.posted).length;
  const doubtful = comparison.decisions.filter(({ expected }) => expected.doubts.length > 0);
  const numbers = [
    documents,
    comparison.decisions.length,
    posted + comparison.strays.length,
    comparison.decisions.length - posted,
    comparison.strays.length,
    doubtful.length,
    doubtful.filter((decision) => decision.posted).length,
    Math.round(seconds),
  ];
  return [name, ...numbers.map(String)];
}

/** Every disagreement, and every entry with a new guid but a known link or title, with what became of it. */
export function details({ comparison }: Replayed): readonly string[] {
  return comparison.decisions.flatMap(({ expected, posted }) => {
    if (posted && expected.doubts.length === 0) return [];
    const became = posted ? "posted" : "not posted";
    return [
      `document ${expected.state}: ${became} (${expected.doubts.join(", ") || "nothing known of it"}): ${describe(expected.entry)}`,
    ];
  });
}

function describe({ guid, link, title }: OracleEntry): string {
  return `${title.replaceAll(/\s+/g, " ").slice(0, 70)} <${link}>${guid === link || guid === "" ? "" : ` guid ${guid}`}`;
}
