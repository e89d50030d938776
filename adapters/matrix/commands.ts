import type { Host } from "../../src/adapter.ts";
import { answerPages, inThread } from "./answer.ts";
import type { Homeserver, RoomEvent } from "./homeserver.ts";
import { recordOf, textOf } from "./json.ts";
import { channelOf, type Rooms } from "./rooms.ts";
import { say, transactionOf } from "./speak.ts";

/**
 * What was asked longer ago, while no bot was there to hear it, is not wanted any more: it was given up or done
 * otherwise.
 */
const TOO_OLD_MS = 24 * 60 * 60_000;

/** What is answered sooner needs no sign that it was heard. */
const TYPING_AFTER_MS = 700;

export interface CommandDeps {
  readonly homeserver: Homeserver;
  readonly rooms: Rooms;
  readonly host: Host;
}

/** The line of a command, without `!wire`; null for what is none: notices, edits, and what others say. */
function commandLine(event: RoomEvent): string | null {
  if (event.type !== "m.room.message" || event.content["msgtype"] !== "m.text") return null;
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
    const { homeserver, host, rooms } = this.#deps;
    if ((await host.claim(event.event_id)) === "done") return;
    const channel = channelOf(room);
    const role = await rooms.roleOf(room, event.sender);
    const reply = await this.#typingMeanwhile(
      room,
      userId,
      async () => await host.runLine({ channel, role, user: event.sender, prefix: "!wire" }, line),
    );
    const relation = recordOf(event.content["m.relates_to"]);
    const root = relation["rel_type"] === "m.thread" ? textOf(relation["event_id"]) : event.event_id;
    for (const [i, page] of answerPages(reply).entries()) {
      const content = inThread(page, root, event.event_id);
      const transaction = transactionOf("answer", event.event_id, String(i));
      if (!(await say(homeserver, { room, transaction, content }, host.log, stopping))) break;
    }
    await host.finish(event.event_id);
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
