import { foldName } from "../feed/names.ts";
import type { StoredEntry } from "../feed/entry-record.ts";
import type { Withdrawal } from "../store/delivery-store.ts";
import type { Item } from "./item.ts";

export type EntryItem = Item & { readonly kind: "entry" };

/** An entry that waits, as it would be sent now. */
export interface Waiting {
  readonly item: EntryItem;
  /** null when its content is not kept, or says nothing. */
  readonly entry: StoredEntry | null;
  /** Why it will not be sent after all; null when it will. */
  readonly withdrawal: Withdrawal | null;
}

/** What goes together next. */
export interface Group {
  readonly members: readonly Waiting[];
  /** The author who joins the feed with these; null when they are entries like others. */
  readonly joined: string | null;
  /** For what waits behind them, see `Plan`. */
  readonly plan: string;
  /** The same where they do not fit into one message. */
  readonly planInParts: string;
}

/**
 * What was decided about the next items when others were sent: `digest <item>`, they belong to what did not fit into one
 * message, through this item; `single <item>`, the platform refused their digest, so they go one by one.
 */
export interface Plan {
  readonly kind: string;
  readonly through: string;
}

export function toPlan(plan: string): Plan {
  const [kind = "", through = ""] = plan.split(" ");
  return { kind, through };
}

/** The entries that stand at the head, of whatever feeds. One that is sent again on purpose is a message of its own. */
export function headRun(items: readonly Item[]): EntryItem[] {
  const run: EntryItem[] = [];
  for (const item of items) {
    if (item.kind !== "entry") break;
    if (item.generation > 0 && run.length > 0) break;
    run.push(item);
    if (item.generation > 0) break;
  }
  return run;
}

/** How much of a run is decided about now: all of it, what was planned, or the first alone. */
export interface Scope {
  readonly items: readonly EntryItem[];
  /** `many`: enough for a digest, or the rest of one. `few`: only what the first may go with, of its own feed. */
  readonly size: "single" | "few" | "many";
  /** From so many on entries of a new author go together: the rest of what did not fit into one message does anyway. */
  readonly joinFrom: number;
  /** Left of the plan when the first has gone alone. */
  readonly plan: string;
}

/** Fewer than this of a new author are posts like others. */
const JOIN_FROM = 3;

/**
 * Of the entries that wait those that are enough for a digest, each by what is set for its feed: `digestFrom` says from how many on, infinity for
 * never. One that wants more than there are goes alone, and no other is counted with it.
 */
function enoughTogether(run: readonly EntryItem[], digestFrom: (feedId: string) => number): readonly EntryItem[] {
  let together = run;
  for (;;) {
    const count = together.length;
    together = together.filter(({ feedId }) => digestFrom(feedId) <= count);
    if (together.length === count) return together;
  }
}

export function scopeOf(
  run: readonly EntryItem[],
  digestFrom: (feedId: string) => number,
  { kind, through }: Plan,
): Scope {
  const planned = run.findIndex((item) => item.id === through) + 1;
  if (planned > 0 && kind === "single") {
    const plan = planned > 1 ? `single ${through}` : "";
    return { items: run.slice(0, 1), size: "single", joinFrom: JOIN_FROM, plan };
  }
  const [first] = run;
  const isNeverOne = ({ feedId }: EntryItem): boolean => digestFrom(feedId) === Infinity;
  if (first === undefined || isNeverOne(first)) {
    const plan = planned > 1 ? `${kind} ${through}` : "";
    return { items: run.slice(0, 1), size: "single", joinFrom: JOIN_FROM, plan };
  }
  const together = enoughTogether(run, digestFrom);
  const isEnough = together.includes(first);
  const ownFeed = run.filter((item) => item.feedId === first.feedId);
  const rest = run.slice(0, planned).filter((item) => !isNeverOne(item));
  return {
    items: isEnough ? together : planned === 0 ? ownFeed : rest,
    size: isEnough || planned > 0 ? "many" : "few",
    joinFrom: planned > 0 ? 2 : JOIN_FROM,
    plan: "",
  };
}

/**
 * What goes next of what waits. An author who joins the feed comes in one message, wherever those entries stand in the run;
 * the others keep their order, in one digest where they are many.
 */
export function groupAtHead(waiting: readonly Waiting[], { size, joinFrom, plan }: Omit<Scope, "items">): Group {
  const [first] = waiting;
  if (first === undefined || size === "single") return { members: waiting, joined: null, plan, planInParts: plan };
  const joins = joiners(waiting, joinFrom);
  const author = joins(first);
  const members = author === "" ? plainAtHead(waiting, size, joins) : waiting.filter((one) => joins(one) === author);
  const going = new Set(members);
  const last = size === "many" ? waiting.findLast((one) => !going.has(one)) : undefined;
  const lastInParts = (size === "many" ? waiting : members).at(-1);
  return {
    members,
    joined: author === "" ? null : (first.entry?.author ?? null),
    plan: digestThrough(last),
    planInParts: digestThrough(lastInParts),
  };
}

function digestThrough(last: Waiting | undefined): string {
  return last === undefined ? "" : `digest ${last.item.id}`;
}

function plainAtHead(
  waiting: readonly Waiting[],
  size: Scope["size"],
  joins: (one: Waiting) => string,
): readonly Waiting[] {
  if (size === "few") return waiting.slice(0, 1);
  const end = waiting.findIndex((one) => joins(one) !== "");
  return withoutCopies(end === -1 ? waiting : waiting.slice(0, end));
}

/** A copy waits until it is known what became of the other: then it stays away, or is posted in its place. */
function withoutCopies(waiting: readonly Waiting[]): readonly Waiting[] {
  const feeds = new Map<string, string>();
  return waiting.filter(({ item, entry }) => {
    if (entry === null || entry.linkKey === "") return true;
    const first = feeds.get(entry.linkKey) ?? item.feedId;
    feeds.set(entry.linkKey, first);
    return first === item.feedId;
  });
}

/** Tells which feed an entry joins and with whom, folded; "" for an entry like others. */
function joiners(waiting: readonly Waiting[], from: number): (one: Waiting) => string {
  const authorOf = ({ item, entry }: Waiting): string =>
    entry?.joined === true ? `${item.feedId} ${foldName(entry.author)}` : "";
  const counts = new Map<string, number>();
  for (const one of waiting)
    if (one.withdrawal === null) counts.set(authorOf(one), (counts.get(authorOf(one)) ?? 0) + 1);
  return (one) => ((counts.get(authorOf(one)) ?? 0) >= from ? authorOf(one) : "");
}
