import type { Host } from "../../src/adapter.ts";
import type { AttachedFile } from "../../src/command/command.ts";
import type { Reply, ReplyFile } from "../../src/command/reply.ts";
import { answerPages, inThread } from "./answer.ts";
import { wordsOf } from "./failures.ts";
import type { Homeserver, RoomEvent } from "./homeserver.ts";
import { recordOf, textOf } from "./json.ts";
import { fileContent, type Media } from "./media.ts";
import { editContent, noticeContent } from "./message.ts";
import { otherRoom } from "./other-room.ts";
import { channelOf, type Rooms } from "./rooms.ts";
import { say, transactionOf } from "./speak.ts";

/**
 * What was asked longer ago, while no bot was there to hear it, is not wanted any more: it was given up or done
 * otherwise.
 */
const TOO_OLD_MS = 24 * 60 * 60_000;

/** What is answered sooner needs no sign that it was heard. */
const TYPING_AFTER_MS = 700;

const PACE = { everyMs: 15_000, most: 20 };
const NO_UPLOAD = "The homeserver did not take the file. `npm run wire` exports too.";

export interface CommandDeps {
  readonly homeserver: Homeserver;
  readonly media: Media;
  readonly rooms: Rooms;
  readonly host: Host;
}

/** Where a command was given, and where its answers go. */
interface Asked {
  readonly room: string;
  readonly root: string;
  readonly eventId: string;
  readonly stopping: AbortSignal;
}

/** The line of a command, without `!wire`; null for what is none: notices, edits, and what others say. */
function commandLine(event: RoomEvent): string | null {
  // The words below a file are its body, where it has a name beside.
  const isCaption = event.content["msgtype"] === "m.file" && textOf(event.content["filename"]) !== "";
  if (event.type !== "m.room.message" || (event.content["msgtype"] !== "m.text" && !isCaption)) return null;
  if (recordOf(event.content["m.relates_to"])["rel_type"] === "m.replace") return null;
  const match = /^!wire(?:\s+([^]*))?$/iu.exec(textOf(event.content["body"]).trim());
  return match === null ? null : (match[1] ?? "").replaceAll(/\s+/gu, " ");
}

/** Runs what people type, each event once, and answers each at most once. */
export class Commands {
  readonly #deps: CommandDeps;
  /** Those that run in this process: an event may come again while it does. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(deps: CommandDeps) {
    this.#deps = deps;
  }

  async handle(room: string, event: RoomEvent, userId: string, stopping: AbortSignal): Promise<void> {
    const line = commandLine(event);
    if (line === null || event.origin_server_ts < Date.now() - TOO_OLD_MS) return;
    const running = this.#running.get(event.event_id) ?? this.#handleOnce(room, event, { line, userId }, stopping);
    this.#running.set(event.event_id, running);
    try {
      await running;
    } finally {
      this.#running.delete(event.event_id);
    }
  }

  /** What another process began and did not finish is run again: that process is dead, and commands may run twice. */
  async #handleOnce(
    room: string,
    event: RoomEvent,
    { line, userId }: { readonly line: string; readonly userId: string },
    stopping: AbortSignal,
  ): Promise<void> {
    const { host, rooms } = this.#deps;
    if ((await host.claim(event.event_id)) === "done") return;
    const channel = channelOf(room);
    const role = await rooms.roleOf(room, event.sender);
    const file = await this.#fileWith(room, event);
    const otherChannel = async (typed: string) => await otherRoom(this.#deps, event.sender, userId, typed);
    const asker = { channel, role, user: event.sender, prefix: "!wire", otherChannel };
    const context = { ...asker, ...(file === null ? {} : { file }) };
    const reply = await this.#typingMeanwhile(room, userId, async () => await host.runLine(context, line));
    const relation = recordOf(event.content["m.relates_to"]);
    const root = relation["rel_type"] === "m.thread" ? textOf(relation["event_id"]) : event.event_id;
    const asked = { room, root, eventId: event.event_id, stopping };
    const first = await this.#answer(asked, "answer", reply);
    await host.finish(event.event_id);
    // What takes long holds up nothing else that is said in the room.
    if (first !== null && reply.later !== undefined)
      void this.#goOn(asked, first, reply.later).catch((error: unknown) => {
        if (!stopping.aborted) host.log.warn({ err: error }, "an answer broke off");
      });
  }

  /** Returns the id of the first message, null when nothing could be said. */
  async #answer(asked: Asked, what: string, reply: Reply): Promise<string | null> {
    const { homeserver, host } = this.#deps;
    const { room, root, eventId, stopping } = asked;
    let first: string | null = null;
    const file = reply.file === undefined ? null : await this.#uploaded(reply.file);
    for (const [i, page] of [...answerPages(reply), ...(file === null ? [] : [file])].entries()) {
      const content = inThread(page, root, eventId);
      const transaction = transactionOf(what, eventId, String(i));
      const said = await say(homeserver, { room, transaction, content }, host.log, stopping);
      if (said === null) break;
      first ??= said;
    }
    return first;
  }

  async #uploaded(file: ReplyFile): Promise<object> {
    try {
      return fileContent(file, await this.#deps.media.upload(file));
    } catch (error) {
      this.#deps.host.log.warn({ err: error }, "a file could not be uploaded");
      return noticeContent(NO_UPLOAD, [{ type: "paragraph", children: [{ type: "text", value: NO_UPLOAD }] }]);
    }
  }

  /** On the way the answer is edited, which disturbs nobody; the end is a message of its own. */
  async #goOn(asked: Asked, first: string, later: NonNullable<Reply["later"]>): Promise<void> {
    const { homeserver, host } = this.#deps;
    const { room, eventId, stopping } = asked;
    let count = 0;
    for await (const reply of later({ ...PACE, signal: stopping })) {
      count += 1;
      const [page] = answerPages(reply);
      if (reply.isInterim !== true) await this.#answer(asked, `later ${String(count)}`, reply);
      else if (page !== undefined) {
        const transaction = transactionOf("going", eventId, String(count));
        await say(homeserver, { room, transaction, content: editContent(page, first) }, host.log, stopping);
      }
    }
  }

  /** The file of the message that a command replies to, or comes with. */
  async #fileWith(room: string, event: RoomEvent): Promise<AttachedFile | null> {
    const { homeserver, media, host } = this.#deps;
    const relation = recordOf(event.content["m.relates_to"]);
    const repliedTo = textOf(recordOf(relation["m.in_reply_to"])["event_id"]);
    // In a thread, clients name the message before as one that is replied to, for those that know no threads.
    if (repliedTo === "" || relation["is_falling_back"] === true) return media.fileOf(event);
    try {
      return media.fileOf(await homeserver.event(room, repliedTo));
    } catch (error) {
      host.log.warn({ reason: wordsOf(error) }, "what a command replies to could not be read");
      return null;
    }
  }

  /** A feed may take its time; whoever asked sees that the bot is at it. The answer waits for none of this. */
  async #typingMeanwhile<T>(room: string, userId: string, run: () => Promise<T>): Promise<T> {
    const { homeserver } = this.#deps;
    const shown: Promise<void>[] = [];
    const timer = setTimeout(() => shown.push(homeserver.typing(room, userId, true)), TYPING_AFTER_MS);
    try {
      return await run();
    } finally {
      clearTimeout(timer);
      for (const one of shown)
        one.then(async () => await homeserver.typing(room, userId, false)).catch(() => undefined);
    }
  }
}
