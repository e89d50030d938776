import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { understandEntries } from "../../src/feed/authors.ts";
import { createDocumentReader } from "../../src/feed/read/document-reader.ts";
import { readDocument } from "../../src/feed/read/read-document.ts";
import { type Filter, NO_FILTER } from "../../src/follow/filter.ts";
import { type PollDeps, pollFeed } from "../../src/poll/poll-feed.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { summarize } from "../../src/summary/compose.ts";
import { documentOf } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { never, openPolling } from "../poll/polling.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { watchBlocks } from "./blocks.ts";

const FILES = 8;
const ROUNDS = 5;
const MOST_MS = 50;

/** `new`: the feed is followed with word filters, and none of its entries was seen. `changed`: all were, in other bytes. */
const kinds = ["first", "new", "changed"] as const;
type Kind = (typeof kinds)[number];

interface Figures {
  /** What the main thread computed in the longest turn of the event loop. */
  readonly blockMs: number;
  /** How long the longest turn took, on a busy machine with what interrupted it. */
  readonly wallMs: number;
  /** Of the whole process, both threads. */
  readonly cpuMs: number;
  readonly entries: number;
}

const filter: Filter = { ...NO_FILTER, words: { include: [], exclude: ["no such words anywhere", "neither these"] } };

/** How long a poll of the largest documents holds up everything else: parsed inline, and as it is, in turns. Medians. */
export async function stall(corpus: string): Promise<boolean> {
  const real = await openRealRedis();
  const server = await startFeedServer();
  const inline = openPolling(real, createDocumentReader({ inlineBytes: Number.POSITIVE_INFINITY }));
  const asIs = openPolling(real);
  try {
    console.log(
      `longest block of the main thread in ms, computing/wall (CPU of the poll), median of ${String(ROUNDS)}: inline -> as it is`,
    );
    let isGood = true;
    for (const path of await largest(corpus)) {
      const body = await readFile(path);
      const measured = await measure(real, server, body, [inline.deps, asIs.deps]);
      const cells = kinds.map((kind) => cell(kind, measured.get(kind) ?? []));
      const entries = measured.get("first")?.[1]?.entries ?? 0;
      console.log(`${path.slice(corpus.length + 1)}  ${String(body.length)} bytes, ${String(entries)} entries`);
      console.log(`    ${cells.join("  ")}  longest summary: ${(await longestSummaryMs(body)).toFixed(0)}`);
      isGood &&= kinds.every((kind) => (measured.get(kind)?.[1]?.blockMs ?? MOST_MS + 1) <= MOST_MS);
    }
    return isGood;
  } finally {
    await inline.close();
    await asIs.close();
    await server.close();
    await real.close();
  }
}

async function largest(corpus: string): Promise<readonly string[]> {
  const all = await readdir(corpus, { recursive: true });
  const feeds = all.filter((path) => /\.(?:xml|rss|atom|rdf|json)$/.test(path)).map((path) => join(corpus, path));
  const sized = await Promise.all(feeds.map(async (path) => ({ path, bytes: (await stat(path)).size })));
  return sized
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, FILES)
    .map(({ path }) => path);
}

/** For each kind the medians, one for each of `variants`, which take turns. */
async function measure(
  real: RealRedis,
  server: FeedServer,
  body: Buffer,
  variants: readonly PollDeps[],
): Promise<ReadonlyMap<Kind, readonly Figures[]>> {
  const runs = variants.map(() => new Map<Kind, Figures[]>(kinds.map((kind) => [kind, []])));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, deps] of variants.entries()) {
      const once = await pollOnce(real, server, body, deps);
      for (const kind of kinds) runs[at]?.get(kind)?.push(once[kind]);
    }
  }
  return new Map(kinds.map((kind) => [kind, runs.map((run) => median(run.get(kind) ?? []))]));
}

async function pollOnce(
  real: RealRedis,
  server: FeedServer,
  body: Buffer,
  deps: PollDeps,
): Promise<Record<Kind, Figures>> {
  const name = freshFeedId();
  const served = server.feed(name, body);
  const [first, followed] = [freshFeedId(), freshFeedId()];
  await real.feeds.setState(first, { url: served.url });
  await real.feeds.setState(followed, { url: served.url });
  await recordDocument(real.feeds, followed, documentOf([]), true, LIMITS);
  const channel = freshChannel();
  await follow(real, channel, followed);
  await real.feeds.followers.change(followed, channel, () => JSON.stringify({ filter }));
  const figures = {
    first: await timed(real, deps, first),
    new: await timed(real, deps, followed),
  };
  served.publish(Buffer.concat([body, Buffer.from("\n")]));
  // Shows that it has the first document, and is given the second.
  await real.feeds.setState(followed, { bodyHash: "" });
  return { ...figures, changed: await timed(real, deps, followed) };
}

async function timed(real: RealRedis, deps: PollDeps, feedId: string): Promise<Figures> {
  const cpu = process.cpuUsage();
  const longestBlock = watchBlocks();
  const result = await pollFeed(deps, feedId, never);
  const block = longestBlock();
  const used = process.cpuUsage(cpu);
  const failure = result.kind === "polled" ? result.failure : "not polled";
  if (failure !== null) console.log(`    ${failure}`);
  return {
    blockMs: block.cpuMs,
    wallMs: block.wallMs,
    cpuMs: (used.user + used.system) / 1000,
    entries: Number((await real.feeds.state(feedId))["seq"] ?? 0),
  };
}

/** What composing the message of one entry takes, for the entry with which it takes longest. It is no part of a poll. */
async function longestSummaryMs(body: Buffer): Promise<number> {
  const outcome = await readDocument(body, { url: "https://feed.invalid/", contentType: "", whole: true });
  if (outcome.kind !== "feed") return 0;
  const entries = understandEntries(
    outcome.document.entries.map(({ entry }) => entry),
    new Set(),
  );
  const rounds = Array.from({ length: ROUNDS }, () =>
    entries.reduce((longest, entry) => {
      const startMs = performance.now();
      summarize({ ...entry, entryId: "" }, { excerptChars: 600 });
      return Math.max(longest, performance.now() - startMs);
    }, 0),
  );
  return rounds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

function median(figures: readonly Figures[]): Figures {
  const of = (pick: (one: Figures) => number): number =>
    figures.map(pick).toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
  return {
    blockMs: of((one) => one.blockMs),
    wallMs: of((one) => one.wallMs),
    cpuMs: of((one) => one.cpuMs),
    entries: of((one) => one.entries),
  };
}

function cell(kind: Kind, [before, after]: readonly Figures[]): string {
  const show = (one: Figures | undefined): string =>
    one === undefined ? "-" : `${one.blockMs.toFixed(0)}/${one.wallMs.toFixed(0)} (${one.cpuMs.toFixed(0)})`;
  return `${kind}: ${show(before)} -> ${show(after)}`;
}
