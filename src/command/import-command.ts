import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { addressesOf } from "../import/addresses.ts";
import { type ImportResult, importRows } from "../import/import-result.ts";
import { MOST_LIST_BYTES } from "../import/list-limits.ts";
import { type ListedFeed, type ReadList, readList, readLongList, TOO_LARGE } from "../import/read-list.ts";
import { settingsInFile } from "../import/settings-in-file.ts";
import type { ImportState } from "../store/import-store.ts";
import { type Args, type Caller, type CommandRow, FileProblem } from "./command.ts";
import { type CommandDeps, list } from "./deps.ts";
import { fetchRefusal } from "./fetch-limit.ts";
import { begunReply, goingReply, leftOutInWords, progressInWords, resultReply } from "./import-reply.ts";
import { mayNotManage } from "./rights.ts";
import { code, done, paragraph, type Pace, refused, type Reply } from "./reply.ts";

/** Whoever shows how it goes looks so often, and is taken for gone when not heard of for so long. */
const LOOK_MS = 1000;
const WATCH_MS = 15_000;
const MOST_SOURCE_CHARS = 200;

export function importCommand(deps: CommandDeps): CommandRow {
  return {
    name: "import",
    description: "Follow all feeds of an OPML file, or of a list of addresses.",
    example: "import https://example.org/feeds.opml",
    permission: "look",
    options: [
      {
        name: "from",
        description: "Address of the file, or addresses of feeds; “status” and “stop” for the one under way",
        type: "words",
        required: false,
      },
      { name: "file", description: "An OPML file of up to 2 MB and 5,000 feeds", type: "file", required: false },
    ],
    run: async (caller, args) => await runImport(deps, caller, args),
  };
}

async function runImport(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const words = list(args, "from").map((word) => word.trim());
  const [first = ""] = words;
  const state = await deps.imports.state(caller.channel);
  const action = words.length === 1 ? first.toLowerCase() : "";
  if (action === "status" || (words.length === 0 && caller.file === undefined && state !== null))
    return await showStatus(deps, caller.channel, state);
  if (!caller.mayManage) return mayNotManage(caller);
  if (action === "stop") return await stop(deps, caller.channel, state);
  if (words.length === 0 && caller.file === undefined)
    return refused(
      "Which list? Attach an OPML file, or give its address: ",
      code("import https://example.org/feeds.opml"),
      ".",
    );
  if (state !== null && !state.isTold) return stillGoing(state);
  return await begin(deps, caller, words);
}

function stillGoing(state: ImportState): Reply {
  return refused(
    `An import from ${state.source} is under way here: ${progressInWords(state)}. Wait for its end, or end it with `,
    code("import stop"),
    ".",
  );
}

async function begin(deps: CommandDeps, caller: Caller, words: readonly string[]): Promise<Reply> {
  const tooOften = words.length === 0 ? null : await fetchRefusal(deps, caller);
  if (tooOften !== null) return tooOften;
  const source = sourceOf(caller, words);
  const read = await readWhatWasGiven(deps, caller, words);
  if (read.kind === "none") return refused(`${source} cannot be imported. ${read.reason}`);
  const { channel } = caller;
  // What the channel is told is delivered to those that are registered.
  await deps.channels.register(channel);
  const id = randomUUID().slice(0, 8);
  const feeds = await permitted(deps, caller, read.feeds);
  const what = { source, total: feeds.length, list: feeds, watchMs: WATCH_MS };
  if (!(await deps.imports.begin(channel, id, what, await deps.nowMs()))) {
    const other = await deps.imports.state(channel);
    return other === null ? refused("Another import has just begun here.") : stillGoing(other);
  }
  await deps.startImport(channel);
  const begun = begunReply(read.feeds.length, source, leftOutInWords(read.leftOut));
  return { ...begun, later: (pace) => progress(deps, channel, id, pace) };
}

/**
 * Whom posts call is for those who answer for the channel, as it is with `mention`, and only somebody who can be called on this
 * platform is called.
 */
async function permitted(deps: CommandDeps, caller: Caller, feeds: readonly ListedFeed[]): Promise<ListedFeed[]> {
  const platform = caller.channel.slice(0, Math.max(0, caller.channel.indexOf(":")));
  const preview = caller.role === "manager" ? await deps.previews[platform]?.() : undefined;
  return feeds.map((feed) => {
    const settings = settingsInFile(feed.settings);
    if (settings === null) return { ...feed, settings: "" };
    const whom = preview?.toMention(settings.mention?.whom ?? "") ?? null;
    const mention = whom === null || settings.mention === null ? null : { ...settings.mention, whom };
    return { ...feed, settings: JSON.stringify({ ...settings, mention }) };
  });
}

function sourceOf({ file }: Caller, words: readonly string[]): string {
  const name = words.length > 1 ? "the addresses given" : (words[0] ?? file?.name ?? "the file");
  return name.slice(0, MOST_SOURCE_CHARS);
}

/** A file, the address of one, or addresses of feeds themselves. */
async function readWhatWasGiven(deps: CommandDeps, { file }: Caller, words: readonly string[]): Promise<ReadList> {
  try {
    if (words.length > 1) return readList(Buffer.from(words.join("\n")), "");
    const [address] = words;
    const given = address === undefined ? await file?.read(MOST_LIST_BYTES) : await fetchList(deps, address);
    if (given === undefined) throw new FileProblem("There is no file.");
    const read = await readLongList(given.bytes, given.contentType);
    // The address of a feed is a list of one.
    return read.kind === "none" && read.isFeed && address !== undefined ? readList(Buffer.from(address), "") : read;
  } catch (error) {
    if (error instanceof FileProblem) return { kind: "none", reason: error.message, isFeed: false };
    throw error;
  }
}

/** By the same rules as a feed: one request to a host at a time, and nothing that is not on the public internet. */
async function fetchList(deps: CommandDeps, address: string): Promise<{ bytes: Buffer; contentType: string }> {
  const [url] = addressesOf(address);
  if (url === undefined)
    throw new FileProblem("That is no web address. Write it like https://example.org/feeds.opml, or attach the file.");
  const { fetcher, gate } = deps.follow.poll;
  const outcome = await fetcher.fetch({ url, validators: null }, gate, deps.stopping);
  switch (outcome.kind) {
    case "modified":
      if (outcome.body.length > MOST_LIST_BYTES) throw new FileProblem(TOO_LARGE);
      if (!outcome.whole) throw new FileProblem("It broke off before its end. Try again in a moment.");
      return { bytes: outcome.body, contentType: outcome.contentType };
    case "gone":
      throw new FileProblem("It is gone for good (410).");
    case "host-busy":
      throw new FileProblem("Another request to its server is under way. Try again in a moment.");
    case "not-modified":
      throw new FileProblem("Its server sent nothing.");
    case "refused":
    case "try-later":
      throw new FileProblem(`${outcome.reason}.`);
  }
}

async function showStatus(deps: CommandDeps, channel: string, state: ImportState | null): Promise<Reply> {
  if (state === null)
    return done([paragraph("Nothing was imported here in the last week. ", code("import <address>"), " begins.")]);
  // Were its job lost, whoever asks brings it back.
  if (!state.isTold) await deps.startImport(channel);
  return await result(deps, channel, state);
}

async function result(deps: CommandDeps, channel: string, state: ImportState): Promise<Reply> {
  const [given, results] = await Promise.all([deps.imports.list(channel), deps.imports.results(channel)]);
  const rows = importRows((given ?? []) as readonly ListedFeed[], results as ReadonlyMap<number, ImportResult>);
  return resultReply(state, rows);
}

async function stop(deps: CommandDeps, channel: string, state: ImportState | null): Promise<Reply> {
  if (state === null || state.endedAtMs > 0) return refused("No import is under way here.");
  await deps.imports.stop(channel, state.id);
  await deps.startImport(channel);
  return done([
    paragraph(
      `Stopping after ${progressInWords(state)}. What is followed already stays; `,
      code("unfollow"),
      " ends it.",
    ),
  ]);
}

/** How it goes, and its end, which the channel is told where nobody shows it. */
async function* progress(deps: CommandDeps, channel: string, id: string, pace: Pace): AsyncGenerator<Reply> {
  let shown = 0;
  let shownCount = 0;
  let shownAtMs = performance.now();
  const ending = AbortSignal.any([pace.signal, deps.stopping]);
  while (!ending.aborted) {
    const state = (await deps.imports.watch(channel, id, WATCH_MS)) ? await deps.imports.state(channel) : null;
    if (state === null || state.id !== id) return;
    if (state.endedAtMs > 0) {
      yield await result(deps, channel, state);
      return await deps.imports.told(channel, id);
    }
    const isDue = performance.now() - shownAtMs >= pace.everyMs && state.doneCount > shownCount;
    if (isDue && shown < pace.most) {
      [shown, shownCount] = [shown + 1, state.doneCount];
      yield goingReply(state);
      shownAtMs = performance.now();
    }
    await sleep(LOOK_MS, undefined, { signal: ending }).catch(() => undefined);
  }
}
