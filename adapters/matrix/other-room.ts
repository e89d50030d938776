import type { OtherChannel } from "../../src/command/command.ts";
import { statusOf } from "./failures.ts";
import type { Homeserver } from "./homeserver.ts";
import { numberOf, recordOf } from "./json.ts";
import { channelOf, roomOf, type Rooms } from "./rooms.ts";

/** One answer for what is not there and for what the asker does not see: others' rooms are no business of theirs. */
const NOT_THERE =
  "There is no such room in which both of us are. Name it by its address (#name:server) or its id (!…).";

/** Another room, in which the asker and the bot are and where the bot may post. */
export async function otherRoom(
  { homeserver, rooms }: { readonly homeserver: Homeserver; readonly rooms: Rooms },
  asker: string,
  bot: string,
  typed: string,
): Promise<OtherChannel> {
  const room = typed.startsWith("#") ? await homeserver.roomNamed(typed) : roomOf(channelOf(typed));
  if (room === null || !(await areIn(homeserver, room, [asker, bot]))) return { refusal: NOT_THERE };
  if (await rooms.isEncrypted(room)) return { refusal: `${typed} is encrypted: I can neither read nor write there.` };
  if (!(await mayPost(homeserver, room, bot))) return { refusal: `I have not the power to post in ${typed}.` };
  return { channel: channelOf(room), role: await rooms.roleOf(room, asker), name: typed };
}

async function areIn(homeserver: Homeserver, room: string, users: readonly string[]): Promise<boolean> {
  try {
    const states = await Promise.all(users.map(async (user) => await homeserver.state(room, "m.room.member", user)));
    return states.every((state) => state?.content["membership"] === "join");
  } catch (error) {
    if (statusOf(error) === 403 || statusOf(error) === 404) return false;
    throw error;
  }
}

/** As the specification has it where the levels do not say. */
async function mayPost(homeserver: Homeserver, room: string, user: string): Promise<boolean> {
  const levels = (await homeserver.state(room, "m.room.power_levels"))?.content ?? {};
  const own = numberOf(recordOf(levels["users"])[user]) ?? numberOf(levels["users_default"]) ?? 0;
  const needed = numberOf(recordOf(levels["events"])["m.room.message"]) ?? numberOf(levels["events_default"]) ?? 0;
  return own >= needed;
}
