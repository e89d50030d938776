import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConsoleAdapter } from "../../adapters/console/adapter.ts";
import { previews } from "../../adapters/index.ts";
import type { Host } from "../../src/adapter.ts";
import { startApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import type { Command } from "../../src/command/command.ts";
import type { Reply } from "../../src/command/reply.ts";
import { createLogger } from "../../src/logger.ts";
import { sampleDocuments } from "../pictures/sample.ts";
import { startFeedServer } from "../support/feed-server.ts";
import { startRedis } from "../support/redis.ts";
import { openTranscript } from "../support/transcript.ts";
import { shownLines } from "./lines.ts";

export interface Answered {
  readonly command: Command;
  readonly answers: readonly { readonly line: string; readonly reply: Reply }[];
}

const CHANNEL = "console:team";
/** Where the sample planet would be, were it in the world. */
const PLANET = "https://planet.harbour.example";

/** A real bot that follows the sample planet, and what it answers to every line; `clean` makes a text the same at every run. */
export async function playCommands(): Promise<{
  readonly answered: readonly Answered[];
  readonly clean: (text: string) => string;
}> {
  const dataDir = await mkdtemp(join(tmpdir(), "planetwire-test-"));
  const redis = await startRedis(dataDir);
  const server = await startFeedServer();
  try {
    const settings = { REDIS_URL: redis.url, DATA_DIR: dataDir, ALLOW_PRIVATE_NETWORKS: "127.0.0.1" };
    const quick = { POLL_MIN_SECONDS: "0.2", POLL_MAX_SECONDS: "0.4", DIGEST_FROM: "20" };
    const config = loadConfig({ ...settings, ...quick }, () => "");
    const adapter = new Listening({ dataDir, streams: null });
    const app = await startApp(config, [adapter], previews, createLogger("silent", false));
    try {
      return { answered: await ask(adapter.host(), server, dataDir), clean: cleaner(server.origin) };
    } finally {
      await app.stop();
    }
  } finally {
    await server.close();
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function ask(
  host: Host,
  server: Awaited<ReturnType<typeof startFeedServer>>,
  dataDir: string,
): Promise<Answered[]> {
  const [, second, third] = sampleDocuments();
  const feed = server.feed("atom.xml", second, "application/atom+xml");
  feed.hold();
  const run = async (line: string): Promise<Reply> => {
    const reply = await host.runLine({ channel: CHANNEL, role: "manager" }, line.replace("FEED", feed.url));
    await ended(reply);
    return reply;
  };
  const answers = new Map<string, Answered["answers"][number][]>();
  for (const { command, lines } of shownLines) {
    for (const line of lines) answers.set(command, [...(answers.get(command) ?? []), { line, reply: await run(line) }]);
    if (command === "follow") {
      feed.publish(third);
      feed.begin();
      await openTranscript(dataDir, "team").entriesUntil("mmap() is a promise, not a copy");
    }
  }
  return host.commands.map((command) => ({ command, answers: answers.get(command.name) ?? [] }));
}

/** What takes long is over before the next line is asked. */
async function ended(reply: Reply): Promise<void> {
  const pace = { everyMs: 1000, most: 0, signal: AbortSignal.timeout(60_000) };
  const said: Reply[] = [];
  for await (const next of reply.later?.(pace) ?? []) said.push(next);
}

class Listening extends ConsoleAdapter {
  #given: Host | null = null;

  override async start(host: Host): Promise<void> {
    this.#given = host;
    await super.start(host);
  }

  host(): Host {
    if (this.#given === null) throw new Error("the bot has not started");
    return this.#given;
  }
}

/** Addresses, and how long ago something was. */
const UNCHANGED = "- 2026-05-12 10:00 UTC: not changed, 12 times in a row";
/** The bot's own times, on the day of the run or the one after. */
const nowRound = new RegExp(
  [0, 1]
    .map((days) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)} \\d\\d:\\d\\d UTC`)
    .join("|"),
  "g",
);

function cleaner(origin: string): (text: string) => string {
  return (text) =>
    text
      .replaceAll(origin, PLANET)
      .replaceAll("next now", "next in 3 seconds")
      .replaceAll(/\b\d+ (second|minute|hour|day|week|month)s?\b(?! to)/g, "3 $1s")
      .replaceAll(nowRound, "2026-05-12 10:00 UTC")
      // How often nothing had changed when it was asked is chance.
      .replaceAll(/(Last polls, newest first:\n\n)(?:- [^\n]*: not changed[^\n]*\n)?/g, `$1${UNCHANGED}\n`);
}
