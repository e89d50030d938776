import type { Host } from "../../src/adapter.ts";
import { Commands } from "./commands.ts";
import { statusOf, wordsOf } from "./failures.ts";
import type { Homeserver, RoomEvent } from "./homeserver.ts";
import { recordOf, textOf } from "./json.ts";
import type { Media } from "./media.ts";
import { noticeContent } from "./message.ts";
import { channelOf, ENCRYPTED, type Rooms, serverOf } from "./rooms.ts";
import { persist, say, transactionOf } from "./speak.ts";
import type { InvitedRoom, JoinedRoom, LeftRoom, SyncAnswer } from "./sync-answer.ts";

const MISSED_PAGE = 100;
const MAX_MISSED_PAGES = 10;
/** With the pauses between tries that is one or two minutes. */
const MAX_FAILURES = 10;
const GREETING =
  "Planetwire is here. “!wire follow” with the address of a site posts in this room what that site publishes; “!wire help” " +
  "shows the rest. Whoever may change this room's settings may change what it follows.";

export interface EffectsDeps {
  readonly homeserver: Homeserver;
  readonly media: Media;
  readonly rooms: Rooms;
  readonly host: Host;
  readonly inviteServers: readonly string[];
}

/** Where a batch stands. */
export interface Batch {
  readonly userId: string;
  /** null for the first one ever: most of what is in it was said at a time before us. */
  readonly since: string | null;
  readonly startedAtMs: number;
  readonly answer: SyncAnswer;
}

/** What a sync makes us do, room by room and in each room in order; a slow command holds up its own room alone. */
export class Effects {
  readonly #deps: EffectsDeps;
  readonly #commands: Commands;
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();

  constructor(deps: EffectsDeps) {
    this.#deps = deps;
    this.#commands = new Commands(deps);
  }

  /** Resolves when all of it is done. Throws when something of it must be tried again. */
  async apply(batch: Batch, stopping: AbortSignal): Promise<void> {
    const { userId } = batch;
    const { join = {}, invite = {}, leave = {} } = batch.answer.rooms ?? {};
    await Promise.all([
      ...Object.entries(invite).map(async ([room, part]) =>
        this.#inLane(room, async () => await this.#invited(room, part, userId, stopping)),
      ),
      ...Object.entries(join).map(async ([room, part]) =>
        this.#inLane(room, async () => await this.#joined(room, part, batch, stopping)),
      ),
      ...Object.entries(leave).map(async ([room, part]) =>
        this.#inLane(room, async () => await this.#left(room, part, userId)),
      ),
    ]);
  }

  /** What runs now; for the end of the process. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#lanes.values());
  }

  async #inLane(room: string, run: () => Promise<void>): Promise<void> {
    const before = (this.#lanes.get(room) ?? Promise.resolve()).catch(() => undefined);
    const mine = before.then(async () => await this.#unlessHopeless(room, run));
    this.#lanes.set(room, mine);
    try {
      await mine;
    } finally {
      if (this.#lanes.get(room) === mine) this.#lanes.delete(room);
    }
  }

  /**
   * What the server refuses once it refuses again: we were removed meanwhile, or the room is gone. A room that the server
   * itself cannot serve is given up after some tries, so that it does not hold up the others for ever.
   */
  async #unlessHopeless(room: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.#failures.delete(room);
    } catch (error) {
      const status = statusOf(error);
      const failures = (this.#failures.get(room) ?? 0) + 1;
      const isRefused = status >= 400 && status < 500 && status !== 401 && status !== 429;
      if (!isRefused && (status < 500 || failures < MAX_FAILURES)) {
        this.#failures.set(room, failures);
        throw error;
      }
      this.#failures.delete(room);
      this.#deps.host.log.error({ room, reason: wordsOf(error) }, "what was said in a room could not be dealt with");
    }
  }

  async #invited(room: string, part: InvitedRoom, userId: string, stopping: AbortSignal): Promise<void> {
    const { homeserver, host, inviteServers } = this.#deps;
    const invitation = (part.invite_state?.events ?? []).find(
      (event) => event.type === "m.room.member" && event.state_key === userId,
    );
    const inviter = textOf(invitation?.sender);
    const allowed = inviteServers.length === 0 ? [serverOf(userId)] : inviteServers;
    if (!allowed.some((server) => server.toLowerCase() === serverOf(inviter).toLowerCase())) {
      host.log.warn(
        { room, inviter },
        "an invitation was declined: MATRIX_INVITE_SERVERS does not name the inviter's server",
      );
      await homeserver.leave(room).catch(() => undefined);
      return;
    }
    const join = async (): Promise<void> => await homeserver.join(room, [serverOf(inviter)]);
    if (!(await persist(`joining ${room}`, join, host.log, stopping))) return;
    host.log.info({ room, inviter }, "joined a room by invitation");
    await this.#entered(room, stopping);
    if (await this.#deps.rooms.isEncrypted(room)) return this.#encrypted(room, stopping);
    const greeting = noticeContent(GREETING, [{ type: "paragraph", children: [{ type: "text", value: GREETING }] }]);
    const transaction = transactionOf("greeting", room, textOf(invitation?.event_id));
    await say(homeserver, { room, transaction, content: greeting }, host.log, stopping);
  }

  /** We are in. A room that takes the place of another takes over what that one followed. */
  async #entered(room: string, stopping: AbortSignal): Promise<void> {
    const { host } = this.#deps;
    stopping.throwIfAborted();
    const old = await host.memory.get(`replaces:${room}`);
    if (old !== null && old !== "") {
      await host.moved(channelOf(old), channelOf(room));
      await host.memory.set(`replaces:${room}`, "");
    }
    await host.usable(channelOf(room));
  }

  async #joined(room: string, part: JoinedRoom, batch: Batch, stopping: AbortSignal): Promise<void> {
    const { userId, since, startedAtMs } = batch;
    const timeline = part.timeline?.events ?? [];
    const all = [...(part.state?.events ?? []), ...timeline];
    if (all.some((event) => event.type === "m.room.encryption")) await this.#encrypted(room, stopping);
    const tombstone = all.findLast((event) => event.type === "m.room.tombstone" && event.state_key === "");
    if (tombstone !== undefined) await this.#replaced(room, tombstone, stopping);
    if (await this.#deps.rooms.isEncrypted(room).catch(() => false)) return;
    // We may have been given the right to post.
    if (since !== null && timeline.some((event) => event.type === "m.room.power_levels"))
      await this.#deps.host.usable(channelOf(room));
    const missed = since === null ? [] : await this.#missed(room, part, userId, since);
    for (const event of sinceInvited([...missed, ...timeline], userId))
      if (since !== null || event.origin_server_ts >= startedAtMs)
        await this.#commands.handle(room, event, userId, stopping);
  }

  /** What was said while nobody listened and did not fit into the sync, oldest first. */
  async #missed(room: string, part: JoinedRoom, userId: string, since: string): Promise<RoomEvent[]> {
    const { limited, prev_batch: before } = part.timeline ?? {};
    if (limited !== true || before === undefined) return [];
    const filter = JSON.stringify({ types: ["m.room.message", "m.room.member"], not_senders: [userId] });
    const missed: RoomEvent[] = [];
    let from: string | null = before;
    for (let page = 0; from !== null && page < MAX_MISSED_PAGES; page += 1) {
      const { chunk, end } = await this.#deps.homeserver.messages(room, {
        from,
        to: since,
        limit: String(MISSED_PAGE),
        filter,
      });
      missed.unshift(...chunk.toReversed());
      from = chunk.length === 0 ? null : end;
    }
    return missed;
  }

  async #left(room: string, part: LeftRoom, userId: string): Promise<void> {
    const { homeserver, host } = this.#deps;
    const removal = (part.timeline?.events ?? []).findLast(
      (event) => event.type === "m.room.member" && event.state_key === userId,
    );
    // Without one it was we who left: an invitation that was declined.
    if (removal !== undefined) {
      const reason = textOf(removal.content["reason"]).slice(0, 200);
      const why = `${removal.sender} removed me from this room${reason === "" ? "" : ` (${reason})`}; invite me again to go on`;
      await host.unusable(channelOf(room), why, true);
      host.log.warn({ room, by: removal.sender, reason }, "removed from a room");
    }
    await homeserver.forget(room).catch(() => undefined);
  }

  async #encrypted(room: string, stopping: AbortSignal): Promise<void> {
    const { homeserver, host, rooms } = this.#deps;
    rooms.noteEncrypted(room);
    await host.unusable(channelOf(room), ENCRYPTED);
    if ((await host.memory.get(`encrypted:${room}`)) !== null) return;
    host.log.warn({ room, reason: ENCRYPTED }, "an encrypted room");
    const text = `I can do nothing here: ${ENCRYPTED}.`;
    const content = noticeContent(text, [{ type: "paragraph", children: [{ type: "text", value: text }] }]);
    await say(homeserver, { room, transaction: transactionOf("encrypted", room), content }, host.log, stopping);
    await host.memory.set(`encrypted:${room}`, "told");
  }

  /** Only the old room's own tombstone counts: any room may claim to come after another. */
  async #replaced(room: string, tombstone: RoomEvent, stopping: AbortSignal): Promise<void> {
    const { homeserver, host } = this.#deps;
    const next = textOf(recordOf(tombstone.content)["replacement_room"]);
    if (next === "" || (await host.memory.get(`replaces:${next}`)) === "") return;
    await host.memory.set(`replaces:${next}`, room);
    const join = async (): Promise<void> => await homeserver.join(next, [serverOf(tombstone.sender)]);
    if (await persist(`following ${room} to ${next}`, join, host.log, stopping)) {
      host.log.info({ room, next }, "followed a room to the one that replaces it");
      await this.#entered(next, stopping);
    } else
      await host.unusable(channelOf(room), `this room was replaced by ${next}, which I may not enter: invite me there`);
  }
}

/** Who invites the bot may write a command before it has come in; what was written before the invitation was not for it. */
function sinceInvited(events: readonly RoomEvent[], userId: string): readonly RoomEvent[] {
  const at = events.findLastIndex(
    (event) => event.type === "m.room.member" && event.state_key === userId && event.content["membership"] === "invite",
  );
  return events.slice(at + 1);
}
