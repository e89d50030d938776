import { readdirSync, statSync, watch } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PlatformStage, Said, Seen } from "./platform-stage.ts";
import { Occasion } from "./wait.ts";

/** Where the bots post, and what people see there. */
export interface Sink {
  readonly platform: string;
  /** Variables that point a bot at it. */
  readonly env: Readonly<Record<string, string>>;
  /** The id of the channel that a plan gives this name. */
  channel(name: string): string;
  /** What stands in a channel as lines of JSON, as a console transcript has them. */
  transcript(channel: string): Promise<string>;
  /** Something arrived; what waits for it may not be quick enough to come before the answer. */
  readonly posted: Occasion;
  /** Called when a message was accepted and before the platform answers, where it answers. */
  beforeAnswer: (() => void) | null;
  /** Grows with every message that arrives. */
  landed(): number;
  /** Somebody who manages the channel says a command there; null where nobody can. */
  readonly say: ((channel: string, line: string) => Promise<Said>) | null;
  /** Until what is said reaches a bot. */
  whenConnected(): Promise<void>;
  /** Changes what goes wrong from now on, where something may. */
  vary(round: number): void;
  summary(): string;
  close(): Promise<void>;
}

/** Transcripts in the bots' data directory; their arrival is seen on the disk. */
export async function consoleSink(dataDirectory: string): Promise<Sink> {
  const directory = join(dataDirectory, "console");
  await mkdir(directory, { recursive: true });
  const posted = new Occasion();
  const watcher = watch(directory, () => posted.happens());
  return {
    platform: "console",
    env: {},
    channel: (name) => `console:${name}`,
    transcript: async (channel) => await readOrNothing(join(directory, `${channel.replace("console:", "")}.log`)),
    posted,
    beforeAnswer: null,
    landed: () => readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0),
    say: null,
    whenConnected: async () => await Promise.resolve(),
    vary: () => {},
    summary: () => "",
    close: async () => {
      watcher.close();
      await Promise.resolve();
    },
  };
}

/** A platform's server, which may go wrong in its own ways. */
export async function platformSink(
  stage: PlatformStage,
  names: readonly string[],
  troubles: Troubles,
  waitSeconds: number,
): Promise<Sink> {
  const ids = await stage.channels(names.length);
  const posted = new Occasion();
  let landed = 0;
  const sink: Sink = {
    platform: stage.platform,
    // Longer than the console needs: requests may land late, and histories lag.
    env: { ...stage.env, UNCERTAIN_WAIT_SECONDS: String(waitSeconds) },
    channel: (name) => ids[names.indexOf(name)] ?? `${stage.platform}:none`,
    transcript: async (channel) => (await stage.seen(channel)).map(lineOf).join(""),
    posted,
    beforeAnswer: null,
    landed: () => landed,
    say: async (channel, line) => await stage.say(channel, line),
    whenConnected: async () => await stage.whenConnected(),
    vary: (round) => stage.trouble(troubles(round)),
    summary: () => stage.summary(),
    close: async () => await stage.close(),
  };
  stage.onAccepted = async () => {
    landed += 1;
    posted.happens();
    sink.beforeAnswer?.();
    await Promise.resolve();
  };
  return sink;
}

/** What goes wrong in a round of kills. */
export type Troubles = (round: number) => Parameters<PlatformStage["trouble"]>[0];

function lineOf(seen: Seen, index: number): string {
  const { text } = seen;
  const urls = seen.urls.filter((url) => url.includes("/posts/"));
  const kind = seen.isInThread === true ? "detail" : "post";
  return `${JSON.stringify({ kind, key: String(index), entries: urls.map((url) => ({ url })), text })}\n`;
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
