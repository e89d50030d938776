import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PlatformStage, Seen } from "../chaos/platform-stage.ts";
import type { Bot } from "../support/processes.ts";
import { until } from "../support/wait.ts";

const PATIENCE_MS = 40_000;

/** One channel of one platform, with a person in it who manages it. */
export interface Place {
  readonly platform: string;
  /** Messages as they stand there now, oldest first; answers to commands may be among them. */
  seen(): Promise<readonly Seen[]>;
  /** Says a command and returns what the answer says; throws when there is none. */
  ask(line: string): Promise<string>;
}

export async function placeOn(stage: PlatformStage): Promise<Place> {
  const [channel = ""] = await stage.channels(1);
  return {
    platform: stage.platform,
    seen: async () => await stage.seen(channel),
    async ask(line) {
      const words = await (await stage.say(channel, line)).words();
      if (words === "") throw new Error(`“${line}” was not answered on ${stage.platform}`);
      return words;
    },
  };
}

/** The terminal of a bot. */
export function consolePlace(dataDir: string, bot: Bot): Place {
  return {
    platform: "console",
    seen: async () => await seenInTranscript(join(dataDir, "console", "main.log")),
    ask: async (line) => (await bot.say(`!wire ${line}`)).text,
  };
}

interface Line {
  readonly text: string;
  readonly kind: string;
  readonly entries: readonly { readonly url: string }[];
  /** Where the line begins that this one takes the place of. */
  readonly replaces?: number;
}

async function seenInTranscript(path: string): Promise<Seen[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const shown = new Map<number, Seen>();
  let at = 0;
  for (const line of text.split("\n").slice(0, -1)) {
    const { text: said, entries, replaces } = JSON.parse(line) as Line;
    shown.set(replaces ?? at, { text: said, urls: entries.map(({ url }) => url) });
    at += Buffer.byteLength(line) + 1;
  }
  return [...shown.values()];
}

/** What the channel's own messages say that hold `words`; those in threads are apart. */
export async function saying(place: Place, words: string): Promise<readonly string[]> {
  const seen = await place.seen();
  return seen.filter(({ text, isInThread }) => isInThread !== true && text.includes(words)).map(({ text }) => text);
}

/** Waits until one message says both; returns it. */
export async function says(place: Place, words: string, also = ""): Promise<string> {
  return await until(`“${words}” and “${also}” on ${place.platform}`, PATIENCE_MS, async () =>
    (await saying(place, words)).find((text) => text.includes(also)),
  );
}
