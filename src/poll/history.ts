/** What one poll of a feed brought, or several alike in a row. */
export type PollEvent =
  | { readonly kind: "read"; readonly entries: number; readonly unseen: number }
  /** Read, but the document broke off or had to be repaired. */
  | { readonly kind: "part"; readonly entries: number; readonly unseen: number }
  /** 304, or the same bytes as before. */
  | { readonly kind: "same" }
  /** In a run the reason is short: "503", or the beginning of what was wrong. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "gone" }
  /** From here on it is asked at another address. */
  | { readonly kind: "moved" };

/** `count` polls that ended alike, the last of them at `lastAtMs` (Redis time, to the minute). */
export type PollRun = PollEvent & { readonly count: number; readonly lastAtMs: number };

/**
 * The history stands in the feed's state and is written with it, so it costs no command; what it costs in bytes is bounded here.
 * `<minutes since the one before, in base 36><sign><what the sign needs>`, separated by `|`, oldest first: "hk3k0=c|3+2.k|f!2 503".
 */
const MOST_RUNS = 10;
const MOST_CHARS = 48;
/** The last one stands in full beside the history. */
const MOST_REASON_CHARS = 32;
const MINUTE_MS = 60_000;

/** The history with one more poll. Pure. */
export function withPoll(history: string, event: PollEvent, nowMs: number): string {
  const runs = pollRuns(history);
  const last = runs.at(-1);
  if (last !== undefined && isAlike(last, event)) {
    runs[runs.length - 1] = { ...last, count: last.count + 1, lastAtMs: nowMs };
  } else {
    const reason = event.kind === "failed" ? { reason: shortened(event.reason) } : {};
    runs.push({ ...event, ...reason, count: 1, lastAtMs: nowMs });
  }
  for (let kept = runs.slice(-MOST_RUNS); ; kept = kept.slice(1)) {
    const text = written(kept);
    if (text.length <= MOST_CHARS || kept.length === 1) return text;
  }
}

function isAlike(last: PollRun, event: PollEvent): boolean {
  if (last.kind !== event.kind) return false;
  return event.kind === "failed"
    ? last.kind === "failed" && last.reason === shortened(event.reason)
    : event.kind === "same" || event.kind === "gone";
}

/** "example.org answered 503 (not available at the moment)" is "503"; the host's name is left out. */
function shortened(reason: string): string {
  const status = / answered (\d{3})\b/.exec(reason)?.[1];
  if (status !== undefined) return status;
  const line = reason
    .replace(/^[\w.:[\]-]+: /, "")
    .replaceAll(/[|\s]+/g, " ")
    .trim();
  return line.length <= MOST_REASON_CHARS ? line : `${line.slice(0, MOST_REASON_CHARS - 1).trimEnd()}…`;
}

/** Oldest first; what cannot be read, since another version wrote it, is left out. Pure. */
export function pollRuns(history: string): PollRun[] {
  const runs: PollRun[] = [];
  let minutes = 0;
  let entries = 0;
  for (const item of history === "" ? [] : history.split("|")) {
    const [, delta = "", sign = "", rest = ""] = /^([\da-z]+)([=+~!#>])(.*)$/.exec(item) ?? [];
    const event = sign === "" ? null : toEvent(sign, rest, entries);
    if (event === null) continue;
    minutes += Number.parseInt(delta, 36);
    if (event.kind === "read" || event.kind === "part") entries = event.entries;
    runs.push({ ...event, lastAtMs: minutes * MINUTE_MS });
  }
  return runs;
}

function toEvent(sign: string, rest: string, entriesBefore: number): (PollEvent & { readonly count: number }) | null {
  const number = (text: string, otherwise: number): number =>
    /^[\da-z]+$/.test(text) ? Number.parseInt(text, 36) : otherwise;
  switch (sign) {
    case "=":
      return { kind: "same", count: number(rest, 1) };
    case "#":
      return { kind: "gone", count: number(rest, 1) };
    case ">":
      return { kind: "moved", count: 1 };
    case "!": {
      const [, count = "", reason = ""] = /^([\da-z]*) (.*)$/.exec(rest) ?? [];
      return { kind: "failed", reason, count: number(count, 1) };
    }
    case "+":
    case "~": {
      const [unseen = "", entries = ""] = rest.split(".");
      const counts = { unseen: number(unseen, 0), entries: number(entries, entriesBefore) };
      return { kind: sign === "+" ? "read" : "part", ...counts, count: 1 };
    }
    default:
      return null;
  }
}

function written(runs: readonly PollRun[]): string {
  let minutes = 0;
  let entries = 0;
  return runs
    .map((run) => {
      const at = Math.max(minutes, Math.floor(run.lastAtMs / MINUTE_MS));
      const delta = (at - minutes).toString(36);
      minutes = at;
      const what = signed(run, entries);
      if (run.kind === "read" || run.kind === "part") entries = run.entries;
      return `${delta}${what}`;
    })
    .join("|");
}

function signed(run: PollRun, entriesBefore: number): string {
  const count = run.count === 1 ? "" : run.count.toString(36);
  switch (run.kind) {
    case "same":
      return `=${count}`;
    case "gone":
      return `#${count}`;
    case "moved":
      return ">";
    case "failed":
      return `!${count} ${run.reason}`;
    case "read":
    case "part": {
      const entries = run.entries === entriesBefore ? "" : `.${run.entries.toString(36)}`;
      return `${run.kind === "read" ? "+" : "~"}${run.unseen === 0 ? "" : run.unseen.toString(36)}${entries}`;
    }
  }
}
