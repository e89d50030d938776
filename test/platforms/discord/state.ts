import { apiErrors } from "./api-error.ts";
import { Cut, ServerFailure, TooMany } from "./http.ts";
import { type Interaction } from "./interaction.ts";
import type { Json } from "./json.ts";
import { permission, permissionsIn } from "./permissions.ts";
import type { Trouble } from "./trouble.ts";
import type { Channel, Guild, Message, Role, World } from "./world.ts";

/** What the routes, the gateway and the people share. */
export interface State {
  readonly world: World;
  readonly trouble: Trouble;
  /** By token. */
  readonly interactions: Map<string, Interaction>;
  /** `<author> <channel> <nonce>` → the message it made. */
  readonly nonces: Map<string, Message>;
  /** Sends an event to the shard that has the guild; null to every first shard. */
  dispatch(event: string, data: Json, guildId: string | null): void;
  /** How many requests that post or edit came so far that something might be made of them. */
  writes: number;
  /** How many posts gave an earlier message by their nonce. */
  repeats: number;
  /** Called between accepting a message, or an edit of one, and answering. */
  onAccepted: (message: Message) => void | Promise<void>;
  /** Wakes those who wait for something to become visible. */
  changed(): void;
}

/** 10003 for a channel that does not exist; 50001 for one the bot is not let into. */
export function channelFor(state: State, id: string | undefined): Channel {
  const channel = state.world.channels.get(id ?? "");
  if (channel === undefined) throw apiErrors.unknownChannel();
  if ((botPermissions(state, channel) & permission.viewChannel) === 0n) throw apiErrors.missingAccess();
  return channel;
}

export function botPermissions(state: State, channel: Channel): bigint {
  const rights = permissionsIn(state.world, channel, state.world.bot.id);
  return state.trouble.settings.historyRefused ? rights & ~permission.readMessageHistory : rights;
}

/** What the roles say fits what is done: where history is refused, no role gives it. */
export function shownRole(state: State, role: Role): Role {
  const { historyRefused } = state.trouble.settings;
  return historyRefused ? { ...role, permissions: role.permissions & ~permission.readMessageHistory } : role;
}

/** 10004, and for a guild without the bot 50001 (Resources / Guild). */
export function guildFor(state: State, id: string | undefined): Guild {
  const guild = state.world.guilds.get(id ?? "");
  if (guild === undefined) throw apiErrors.unknownGuild();
  if (!guild.members.has(state.world.bot.id)) throw apiErrors.missingAccess();
  return guild;
}

/**
 * Runs a request that posts or edits through what may go wrong with it: refused before, broken off before or behind its
 * acceptance, or acted on only after the client saw its connection break.
 */
export async function accept(state: State, store: () => Message): Promise<Message> {
  state.writes += 1;
  const fault = state.trouble.pick();
  switch (fault) {
    case "429":
      throw new TooMany(state.trouble.settings.retryAfterMs);
    case "500":
      throw new ServerFailure();
    case "cut before accepting":
      throw new Cut();
    case "rejected":
      throw apiErrors.blockedByAutoMod();
    case "late":
      setTimeout(() => void storeLate(state, store), state.trouble.settings.lateMs);
      throw new Cut();
    case "500 after accepting":
    case "cut after accepting":
    case null: {
      const message = store();
      state.changed();
      await state.onAccepted(message);
      if (fault === "cut after accepting") throw new Cut();
      if (fault !== null) throw new ServerFailure();
      return message;
    }
  }
}

/** Nobody is there any more to be told of a refusal. */
async function storeLate(state: State, store: () => Message): Promise<void> {
  try {
    const message = store();
    state.changed();
    await state.onAccepted(message);
  } catch {
    return;
  }
}
