import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "./wait.ts";

export interface TranscriptEntry {
  readonly entry: string;
  readonly feed: string;
  readonly author: string;
  readonly title: string;
  readonly url: string;
  readonly publishedAt: string | null;
}

/** One line of a console channel's transcript. */
export interface TranscriptMessage {
  readonly kind: "post" | "digest" | "edit" | "notice";
  readonly key: string;
  readonly feed: string;
  readonly entries: readonly TranscriptEntry[];
  readonly text: string;
  readonly postedAt: string;
}

export interface Transcript {
  /** Whole lines only: what is being written just now is not there yet. */
  messages(): Promise<readonly TranscriptMessage[]>;
  /** Entries of posts and digests in the order they were posted. */
  entries(): Promise<readonly TranscriptEntry[]>;
  /** All entries, as soon as one with this title is among them. */
  entriesUntil(title: string, deadlineMs?: number): Promise<readonly TranscriptEntry[]>;
}

/** The transcript of `console:<name>` below a data directory, of one feed if one is named; empty while there is none. */
export function openTranscript(dataDir: string, name: string, feedUrl?: string): Transcript {
  const path = join(dataDir, "console", `${name}.log`);
  async function messages() {
    const all = await readMessages(path);
    return feedUrl === undefined ? all : all.filter((one) => one.entries.some(({ feed }) => feed === feedUrl));
  }
  async function entries() {
    return (await messages())
      .filter(({ kind }) => kind === "post" || kind === "digest")
      .flatMap((message) => message.entries.filter(({ feed }) => feedUrl === undefined || feed === feedUrl));
  }
  async function entriesUntil(title: string, deadlineMs = 15_000) {
    return until(`“${title}” in the transcript ${name}`, deadlineMs, async () => {
      const found = await entries();
      return found.some((entry) => entry.title === title) ? found : undefined;
    });
  }
  return { messages, entries, entriesUntil };
}

async function readMessages(path: string): Promise<readonly TranscriptMessage[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const wholeLines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return wholeLines.filter((line) => line !== "").map((line): TranscriptMessage => JSON.parse(line));
}
