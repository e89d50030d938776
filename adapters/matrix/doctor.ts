import type { Finding } from "../../src/adapter.ts";
import { isLoggedOut, wordsOf } from "./failures.ts";
import { Homeserver, type HomeserverOptions, type Identity } from "./homeserver.ts";
import { numberOf, recordOf, textOf } from "./json.ts";

const MAX_ROOMS = 50;

/** Whether the homeserver answers, who the bot is there, and in which rooms it could post. Changes nothing. */
export async function examine(options: HomeserverOptions): Promise<readonly Finding[]> {
  const homeserver = new Homeserver(options);
  try {
    const versions = await homeserver.versions();
    if (versions.length === 0) return [noHomeserver(options, "it answers, but not as a Matrix homeserver")];
  } catch (error) {
    return [noHomeserver(options, wordsOf(error))];
  }
  const reached = good(`${options.homeserverUrl} is a Matrix homeserver`);
  try {
    const identity = await homeserver.whoami();
    return [reached, ...identityFindings(identity), ...(await roomsFindings(homeserver, identity)), limits(identity)];
  } catch (error) {
    return [reached, refusal(error)];
  }
}

function good(text: string, mend = ""): Finding {
  return { isGood: true, text, mend };
}

function bad(text: string, mend: string): Finding {
  return { isGood: false, text, mend };
}

function noHomeserver({ homeserverUrl }: HomeserverOptions, why: string): Finding {
  return bad(
    `${homeserverUrl} is not reached: ${why}`,
    "set MATRIX_HOMESERVER_URL to what a client calls the homeserver's address; <server>/.well-known/matrix/client names it",
  );
}

function refusal(error: unknown): Finding {
  return isLoggedOut(error)
    ? bad(
        `the homeserver does not know the access token (${wordsOf(error)})`,
        "log in again and set MATRIX_ACCESS_TOKEN: docs/matrix.md, “The access token”",
      )
    : bad(`the homeserver refuses: ${wordsOf(error)}`, "ask whoever runs it");
}

function identityFindings({ userId, deviceId }: Identity): Finding[] {
  if (deviceId !== "") return [good(`the token is that of ${userId}, device ${deviceId}`)];
  return [
    bad(
      `the token is that of ${userId}, and has no device: the homeserver does not know a repeated message again`,
      "take a token from POST /_matrix/client/v3/login: docs/matrix.md, “The access token”",
    ),
  ];
}

async function roomsFindings(homeserver: Homeserver, identity: Identity): Promise<Finding[]> {
  const rooms = await homeserver.joinedRooms();
  if (rooms.length === 0) return [good("it is in no room yet", `invite ${identity.userId} into a room`)];
  const findings: Finding[] = [];
  for (const room of rooms.slice(0, MAX_ROOMS)) findings.push(await roomFinding(homeserver, identity.userId, room));
  if (rooms.length > MAX_ROOMS)
    findings.push(good(`${String(rooms.length - MAX_ROOMS)} more rooms were not looked at`));
  return findings;
}

async function roomFinding(homeserver: Homeserver, userId: string, room: string): Promise<Finding> {
  const [name, encryption, tombstone, levels] = await Promise.all(
    ["m.room.name", "m.room.encryption", "m.room.tombstone", "m.room.power_levels"].map(
      async (type) => await homeserver.state(room, type),
    ),
  );
  const title = textOf(name?.content["name"]);
  const what = title === "" ? room : `“${title}” (${room})`;
  if (tombstone) return bad(`${what} was replaced`, `invite ${userId} into the room that replaces it`);
  if (encryption)
    return bad(
      `${what} is encrypted: it can neither read nor write there`,
      "make a room without encryption, and invite it there",
    );
  const { users, users_default: usersDefault, events, events_default: eventsDefault } = recordOf(levels?.content);
  const level = numberOf(recordOf(users)[userId]) ?? numberOf(usersDefault) ?? 0;
  const needed = numberOf(recordOf(events)["m.room.message"]) ?? numberOf(eventsDefault) ?? 0;
  if (level < needed)
    return bad(
      `${what}: it may not post, with power ${String(level)} where ${String(needed)} is needed`,
      `in the room's settings, under roles and permissions, give ${userId} the power ${String(needed)}`,
    );
  return good(`${what}: it may post`);
}

/** No homeserver tells its limits. */
function limits({ userId }: Identity): Finding {
  return good(
    "unless it was set otherwise, Synapse lets one account send 10 messages at once and then one every 5 s, over all rooms",
    `who runs it can lift that: POST /_synapse/admin/v1/users/${userId}/override_ratelimit with {"messages_per_second": 0, "burst_count": 0}, or rc_message in homeserver.yaml`,
  );
}
