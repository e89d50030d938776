import type { AdapterMemory } from "../../src/adapter.ts";
import { placeOf } from "./channel-id.ts";

/** Under which an adapter remembers the address of a workspace. */
export function workspaceName(team: string): string {
  return `workspace ${team}`;
}

/**
 * As chat.getPermalink writes it (https://docs.slack.dev/reference/methods/chat.getPermalink), without asking. `ref` is the message's
 * `ts`; for a message in a thread `<ts>/<ts of the message above it>`.
 */
export async function messageLink(channel: string, ref: string, recall: AdapterMemory["get"]): Promise<string | null> {
  const place = placeOf(channel);
  const [, ts, thread] = /^(\d+\.\d+)(?:\/(\d+\.\d+))?$/.exec(ref) ?? [];
  if (place === null || ts === undefined) return null;
  const workspace = (await recall(workspaceName(place.team))) ?? "";
  if (!URL.canParse(workspace)) return null;
  const url = new URL(`archives/${place.conversation}/p${ts.replace(".", "")}`, workspace);
  if (thread !== undefined) url.search = new URLSearchParams({ thread_ts: thread, cid: place.conversation }).toString();
  return url.href;
}
