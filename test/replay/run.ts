import { type OracleEntry, readEntries } from "../oracle/read.ts";
import type { Settings } from "../support/processes.ts";
import type { ServedFeed } from "../support/served-feed.ts";
import type { Transcript } from "../support/transcript.ts";
import { until } from "../support/wait.ts";
import { type Channel, openWorld, type World } from "../support/world.ts";
import { compare, type Comparison } from "./compare.ts";
import { lastLink, withLastEntry } from "./documents.ts";
import type { Plan } from "./plans.ts";

export interface Replayed {
  readonly name: string;
  readonly documents: number;
  readonly comparison: Comparison;
  /** Documents that the bot read without ever asking with their validators. */
  readonly unconfirmed: readonly number[];
  /** The document at which nothing moved any more. */
  readonly stalledAt: number | undefined;
  readonly seconds: number;
}

interface Following {
  readonly plan: Plan;
  readonly feed: ServedFeed;
  readonly channel: Channel;
}

/** Command lines that run at once. */
const commandsAtOnce = 2;
const patienceMs = 60_000;
const lookMs = 200;

/**
 * Follows every plan's feed into a console channel of its own, through the command line and with a running bot, shows the
 * documents one per poll, and compares the transcripts with the oracle.
 */
export async function replay(
  plans: readonly Plan[],
  settings: Settings = {},
  tell: (line: string) => void = () => undefined,
): Promise<readonly Replayed[]> {
  const world = await openWorld({ LOCK_SECONDS: "5", ...settings });
  try {
    const bot = await world.startBot();
    const waiting = await Promise.all(plans.map(async (plan) => prepare(world, plan)));
    const replayed: Promise<Replayed>[] = [];
    async function followNext(): Promise<void> {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await next.channel.done("follow", next.feed.url);
        next.feed.begin();
        replayed.push(finish(next, tell));
      }
    }
    await Promise.all(Array.from({ length: commandsAtOnce }, followNext));
    const results = await Promise.all(replayed);
    for (const line of bot.log.filter(isTrouble)) tell(line);
    return results;
  } finally {
    await world.close();
  }
}

/** Warnings and worse, by the numbers of pino's levels. */
function isTrouble(line: string): boolean {
  return /^{"level":[456]0,/.test(line);
}

async function prepare(world: World, plan: Plan): Promise<Following> {
  const [first = Buffer.alloc(0), ...more] = plan.documents;
  const feed = (await world.startServer()).feed("feed.xml", first);
  feed.hold();
  feed.publish(...more, withLastEntry(more.at(-1) ?? first));
  return { plan, feed, channel: world.channel(plan.name) };
}

async function finish(
  { plan, feed, channel: { transcript } }: Following,
  tell: (line: string) => void,
): Promise<Replayed> {
  const startMs = performance.now();
  const isComplete = await untilLast(feed, transcript);
  const posted = (await transcript.entries()).filter(({ url }) => url !== lastLink);
  const seconds = (performance.now() - startMs) / 1000;
  tell(
    `${plan.name}: ${isComplete ? "done" : "stalled"} at document ${feed.shown}, ${posted.length} entries, ${seconds.toFixed(1)} s`,
  );
  return {
    name: plan.name,
    documents: plan.documents.length,
    comparison: compare(
      plan.documents.map((document) => readAbsolute(document, feed.url)),
      posted,
    ),
    unconfirmed: feed.unconfirmed,
    stalledAt: isComplete ? undefined : feed.shown,
    seconds,
  };
}

/** Entries with their links resolved against the address they were read from, as RFC 3986 section 5.1.3 has it. */
function readAbsolute(document: Buffer, baseUrl: string): readonly OracleEntry[] {
  return readEntries(document).map((entry) => ({
    ...entry,
    link: entry.link === "" ? "" : new URL(entry.link, baseUrl).href,
  }));
}

/** Waits as long as anything moves; false when nothing did for a long time. */
async function untilLast(feed: ServedFeed, transcript: Transcript): Promise<boolean> {
  for (;;) {
    const before = { shown: feed.shown, posted: (await transcript.entries()).length };
    async function look(): Promise<"complete" | "moved" | undefined> {
      const entries = await transcript.entries();
      if (entries.some(({ url }) => url === lastLink)) return "complete";
      return entries.length !== before.posted || feed.shown !== before.shown ? "moved" : undefined;
    }
    const moved = await until("progress", patienceMs, look, lookMs).catch(() => "stalled");
    if (moved !== "moved") return moved === "complete";
  }
}
