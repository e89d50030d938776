import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { env } from "node:process";
import { startCluster } from "./cluster.ts";
import { type FeedServer, startFeedServer } from "./feed-server.ts";
import { type Bot, type Outcome, type Settings, startBot, wire } from "./processes.ts";
import { privateRedisPid } from "./redis.ts";
import { type Item, numbered, rss } from "./rss.ts";
import type { ServedFeed } from "./served-feed.ts";
import { openTranscript, type Transcript } from "./transcript.ts";

/** Settings that make a bot quick: every wait short, their order kept. */
const quick: Settings = {
  ALLOW_PRIVATE_NETWORKS: "127.0.0.1",
  POLL_MIN_SECONDS: "0.2",
  POLL_MAX_SECONDS: "0.4",
  UNCERTAIN_WAIT_SECONDS: "1",
  LOCK_SECONDS: "1",
  SWEEP_SECONDS: "1",
};

export interface World {
  readonly dataDir: string;
  readonly settings: Settings;
  /** Starts one more bot of this world and waits until it is ready. */
  startBot(): Promise<Bot>;
  /** A web server of this world. Planetwire asks each one thing at a time, so a feed that shares one waits for its turn. */
  startServer(delayMs?: number): Promise<FeedServer>;
  /** A feed on a server of its own, about a site of its own. */
  feed(first: readonly Item[]): Promise<ServedFeed>;
  channel(name: string): Channel;
  /** Stops every bot, ends a private Redis that was left over, and removes the data. */
  close(): Promise<void>;
}

/** A console channel that is driven by the command line. */
export interface Channel {
  readonly transcript: Transcript;
  wire(...words: readonly string[]): Promise<Outcome>;
  /** Runs a command that must be done, and returns what it prints. */
  done(...words: readonly string[]): Promise<string>;
}

/** A data directory for real processes of Planetwire; none runs yet. With `TEST_REDIS=cluster` they have a cluster instead of a private Redis. */
export async function openWorld(more: Settings = {}): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), "planetwire-test-"));
  const cluster =
    env["TEST_REDIS"] === "cluster" && more["REDIS_URL"] === undefined ? await startCluster(dataDir) : null;
  const settings = { ...quick, DATA_DIR: dataDir, ...(cluster === null ? {} : { REDIS_URL: cluster.url }), ...more };
  const servers: FeedServer[] = [];
  const bots: Bot[] = [];
  async function startServer(delayMs = 0): Promise<FeedServer> {
    const server = await startFeedServer(delayMs);
    servers.push(server);
    return server;
  }
  return {
    dataDir,
    settings,
    startServer,
    async startBot() {
      const bot = startBot(settings);
      bots.push(bot);
      await bot.ready;
      return bot;
    },
    feed: async (first) => {
      const server = await startServer();
      return server.feed("feed.xml", rss(first), undefined, `planet${new URL(server.origin).port}.example`);
    },
    channel: (name) => openChannel(settings, dataDir, name),
    async close() {
      await Promise.all(bots.map(async (bot) => bot.stop()));
      await Promise.all(servers.map(async (server) => server.close()));
      await killPrivateRedis(dataDir);
      await cluster?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function killPrivateRedis(dataDir: string): Promise<void> {
  const pid = await privateRedisPid(dataDir);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}

function openChannel(settings: Settings, dataDir: string, name: string): Channel {
  async function run(...words: readonly string[]): Promise<Outcome> {
    return wire(settings, `console:${name}`, ...words);
  }
  async function done(...words: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await run(...words);
    if (status !== 0) throw new Error(`“${words.join(" ")}” ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }
  return { transcript: openTranscript(dataDir, name), wire: run, done };
}

/** Runs a command in the channel of the bot's terminal, much sooner than the command line does. It must be done. */
export async function doneInMain(bot: Bot, command: string): Promise<void> {
  const { isRefused, text } = await bot.say(`!wire ${command}`);
  if (isRefused) throw new Error(`“${command}” was refused: ${text}`);
}

/** The entry that closes a test: it is published last, so once it is posted everything before it is decided. */
export const lastItem: Item = numbered(9999, { title: "The end" });

/** A follow of one feed in the channel of the bot's terminal, and what was posted of it. */
export interface MainFollow {
  readonly feed: ServedFeed;
  readonly transcript: Transcript;
}

export async function followInMain(world: World, bot: Bot, first: readonly Item[]): Promise<MainFollow> {
  const feed = await world.feed(first);
  feed.hold();
  await doneInMain(bot, `follow ${feed.url}`);
  feed.begin();
  return { feed, transcript: openTranscript(world.dataDir, "main", feed.url) };
}

/** Shows each of `documents`, one per poll, and then the newest of them once more with `last` in front. Returns the titles posted. */
export async function titlesPosted(
  follow: MainFollow,
  documents: readonly (readonly Item[])[],
  last: Item = lastItem,
): Promise<readonly string[]> {
  follow.feed.publish(...[...documents, [last, ...(documents.at(-1) ?? [])]].map(rss));
  const entries = await follow.transcript.entriesUntil(last.title ?? "");
  return entries.map(({ title }) => title);
}
