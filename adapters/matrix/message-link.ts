import type { AdapterMemory } from "../../src/adapter.ts";
import { roomOf, serverOf } from "./rooms.ts";

/** Under which the adapter remembers the server that the bot is on. */
export const OWN_SERVER = "server";

/**
 * Appendices, "matrix.to navigation": identifiers are percent-encoded, and `via` names servers through which the room can be found.
 * Ours is surely in it; the one that a room was made on most likely.
 */
export async function messageLink(channel: string, ref: string, recall: AdapterMemory["get"]): Promise<string | null> {
  const room = roomOf(channel);
  if (room === null || !/^\$\S{1,254}$/.test(ref)) return null;
  const own = (await recall(OWN_SERVER)) ?? "";
  // From room version 12 on a room's id names no server.
  const maker = room.includes(":") ? serverOf(room) : "";
  const servers = [...new Set([own, maker])].filter((server) => server !== "");
  const via = servers.map((server) => `via=${encodeURIComponent(server)}`).join("&");
  return `https://matrix.to/#/${encodeURIComponent(room)}/${encodeURIComponent(ref)}${via === "" ? "" : `?${via}`}`;
}
