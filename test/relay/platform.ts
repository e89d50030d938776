import {
  type Adapter,
  type Attempt,
  type Delivery,
  DeliveryError,
  type DeliveryFailure,
  type FeedRef,
  type Found,
  type Outgoing,
  type Shown,
  TooLong,
} from "../../src/adapter.ts";
import { byAuthor } from "../../src/summary/digest.ts";
import type { Summary } from "../../src/summary/summary.ts";

import { headline } from "../../src/summary/headline.ts";
import { toPlainText } from "../../src/summary/markdown.ts";

/** What the test platform shows of a message: a line per entry or notice. */
export interface Message {
  readonly kind: Outgoing["kind"];
  /** Ids of its feeds, with spaces between them. */
  readonly feed: string;
  readonly entries: readonly string[];
  readonly text: string;
  /** What it shows of the entries' content. */
  readonly said: string;
  /** The author who joins with these entries; "" for none. */
  readonly joined: string;
}

/** What happens to one post. `land` puts it into the channel and returns its reference. */
export type Fate = (delivery: Delivery, attempt: Attempt, land: () => string) => Promise<string>;

export const lands: Fate = async (_delivery, attempt, land) => {
  attempt.handOver();
  return await Promise.resolve(land());
};

export function fails(kind: DeliveryFailure, reason = "says the platform", retryAfterMs = 0): Fate {
  return async () => await Promise.reject(new DeliveryError(kind, reason, { retryAfterMs }));
}

/** It lands, but the answer never comes back. */
export const landsUnheard: Fate = async (delivery, attempt, land) => {
  await lands(delivery, attempt, land);
  throw new Error("connection reset");
};

export const isLostOnTheWay: Fate = async (_delivery, attempt) => {
  attempt.handOver();
  return await Promise.reject(new TypeError("socket hang up"));
};

export const neverReturns: Fate = async (_delivery, attempt) => {
  attempt.handOver();
  return await new Promise<string>(() => undefined);
};

/** A chat platform in memory, which does to each post what it is told to. */
export class Platform implements Adapter {
  readonly platform = "test";
  readonly excerptChars: number = 600;
  hasThreads = false;
  /** Every post that was tried, in order. */
  readonly tried: Delivery[] = [];
  /** Every message that stands in a channel, in order. */
  readonly landed: Delivery[] = [];
  readonly sought: Delivery[] = [];
  /** Taken one by one; afterwards posts land. */
  readonly fates: Fate[] = [];
  /** Every edit that was tried, in order. */
  readonly editsTried: Delivery[] = [];
  /** Every edit that changed what is seen, in order. */
  readonly editsLanded: Delivery[] = [];
  /** As `fates`, of edits. */
  readonly editFates: Fate[] = [];
  /** Taken one by one; afterwards `find` looks at what has landed. */
  readonly findings: (Found | "throws")[] = [];
  /** Channels whose history was asked for, in order. */
  readonly lookedBack: string[] = [];
  /** Taken one by one; afterwards `shownSince` looks at what has landed. */
  readonly backLooks: Shown[] = [];
  /** Throws while rendering what fits. */
  poison: (outgoing: Outgoing) => boolean = () => false;
  /** As many entries fit into one message. */
  mostEntries = Number.POSITIVE_INFINITY;
  /** As many entries fit into one message for a thread; one always does. */
  mostDetails = Number.POSITIVE_INFINITY;

  async start(): Promise<void> {
    await Promise.resolve();
  }

  render(outgoing: Outgoing): string {
    if (this.poison(outgoing)) throw new Error("poison");
    const most = outgoing.kind === "details" ? this.mostDetails : this.mostEntries;
    if (summariesOf(outgoing).length > most) throw new TooLong();
    return JSON.stringify(toMessage(outgoing));
  }

  async post(delivery: Delivery, attempt: Attempt): Promise<string> {
    this.tried.push(delivery);
    const fate = this.fates.shift() ?? lands;
    return await fate(delivery, attempt, () => `ref-${String(this.landed.push(delivery))}`);
  }

  async find(delivery: Delivery): Promise<Found> {
    this.sought.push(delivery);
    const finding = this.findings.shift();
    if (finding === "throws") throw new Error("the platform is down");
    if (finding !== undefined) return await Promise.resolve(finding);
    const at = this.landed.findIndex(({ key, channel }) => key === delivery.key && channel === delivery.channel);
    return at === -1 ? { kind: "absent" } : { kind: "landed", ref: `ref-${String(at + 1)}` };
  }

  async edit(delivery: Delivery, ref: string, attempt: Attempt): Promise<void> {
    this.editsTried.push(delivery);
    const fate = this.editFates.shift() ?? lands;
    await fate(delivery, attempt, () => {
      const at = Number(ref.slice("ref-".length)) - 1;
      const original = this.landed[at];
      if (original === undefined) throw new DeliveryError("message-rejected", "there is no such message");
      this.landed[at] = { ...original, message: delivery.message };
      this.editsLanded.push(delivery);
      return ref;
    });
  }

  headlines(message: string): readonly string[] {
    const { kind, entries, text } = JSON.parse(message) as Message;
    return (kind === "notice" ? [text] : entries).map((words) => headline(null, words));
  }

  async shownSince(channel: string, sinceMs: number): Promise<Shown> {
    this.lookedBack.push(channel);
    const answer = this.backLooks.shift();
    if (answer !== undefined) return await Promise.resolve(answer);
    const messages = this.landed.flatMap((one, i) =>
      one.channel === channel && one.aim.kind === "new" && one.attemptAtMs >= sinceMs - 60_000
        ? [{ ref: `ref-${String(i + 1)}`, headlines: this.headlines(one.message) }]
        : [],
    );
    return { kind: "shown", messages };
  }

  async stop(): Promise<void> {
    await Promise.resolve();
  }

  /** What stands in a channel itself. */
  messages(channel: string): readonly Message[] {
    return this.landed
      .filter((delivery) => delivery.channel === channel && delivery.aim.kind !== "thread")
      .map(({ message }) => JSON.parse(message) as Message);
  }

  /** Titles in the thread of a message. */
  thread(channel: string, ref: string): readonly string[] {
    return this.landed
      .filter((one) => one.channel === channel && one.aim.kind === "thread" && one.aim.ref === ref)
      .flatMap(({ message }) => (JSON.parse(message) as Message).entries);
  }
}

/** All that a message shows, in order. */
export function summariesOf(outgoing: Outgoing): readonly Summary[] {
  switch (outgoing.kind) {
    case "post":
      return [outgoing.summary];
    case "digest":
      return outgoing.sections.flatMap((section) =>
        byAuthor(section, outgoing.joined).flatMap(({ summaries }) => summaries),
      );
    case "details":
      return outgoing.posts.map(({ summary }) => summary);
    case "notice":
      return [];
  }
}

function feedsOf(outgoing: Exclude<Outgoing, { kind: "notice" }>): readonly FeedRef[] {
  if (outgoing.kind === "post") return [outgoing.feed];
  return (outgoing.kind === "digest" ? outgoing.sections : outgoing.posts).map(({ feed }) => feed);
}

function toMessage(outgoing: Outgoing): Message {
  if (outgoing.kind === "notice")
    return { kind: "notice", feed: "", entries: [], text: outgoing.text, said: "", joined: "" };
  const summaries = summariesOf(outgoing);
  const titles = summaries.map(({ title }) => title);
  const joined = outgoing.kind === "digest" ? (outgoing.joined ?? "") : "";
  const feeds = feedsOf(outgoing);
  return {
    kind: outgoing.kind,
    feed: feeds.map(({ id }) => id).join(" "),
    entries: titles,
    text: titles.join(", "),
    said: summaries.map(({ excerpt }) => toPlainText(excerpt)).join("\n"),
    joined,
  };
}
