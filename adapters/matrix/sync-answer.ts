import type { RoomEvent } from "./homeserver.ts";

/** What `GET /sync` answers, as far as it is looked at. */
export interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Readonly<Record<string, JoinedRoom>>;
    readonly invite?: Readonly<Record<string, InvitedRoom>>;
    readonly leave?: Readonly<Record<string, LeftRoom>>;
  };
}

export interface JoinedRoom {
  readonly state?: { readonly events?: readonly RoomEvent[] };
  readonly timeline?: {
    readonly events?: readonly RoomEvent[];
    /** Some events between this sync and the one before are missing here. */
    readonly limited?: boolean;
    readonly prev_batch?: string;
  };
}

export interface InvitedRoom {
  readonly invite_state?: { readonly events?: readonly RoomEvent[] };
}

export interface LeftRoom {
  readonly timeline?: { readonly events?: readonly RoomEvent[] };
}

const told = ["m.room.encryption", "m.room.tombstone"];

/**
 * As little as does: no presence, no receipts, no lists of members, nothing of our own. `limit` is how many events of a
 * room come at once; what is missing is fetched.
 */
export function syncFilter(userId: string): string {
  const nothing = { types: [] };
  return JSON.stringify({
    presence: nothing,
    account_data: nothing,
    room: {
      account_data: nothing,
      ephemeral: nothing,
      include_leave: false,
      state: { types: told, lazy_load_members: true },
      timeline: {
        types: ["m.room.message", "m.room.member", "m.room.power_levels", ...told],
        not_senders: [userId],
        limit: 20,
        lazy_load_members: true,
      },
    },
  });
}
