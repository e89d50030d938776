import { type DetailPost, type Outgoing } from "../adapter.ts";
import type { ChannelTime } from "../store/delivery-store.ts";
import { attempt, type ComposeDeps, MOST_TOGETHER } from "./compose.ts";
import { type EntryItem, type Waiting } from "./group.ts";
import { entryId, toItem } from "./item.ts";
import { summaryInStyle } from "./styled.ts";
import { WaitingRoom } from "./waiting.ts";

/** Below its list an entry says less than where it stands alone, so that several make one message. */
const DETAIL_CHARS = 400;

/** `taken`: how many of the entries are done with it: those that it shows, and those between them that add nothing. */
export type ComposedDetails =
  | { readonly kind: "message"; readonly message: string; readonly taken: number }
  | { readonly kind: "drop"; readonly why: string };

interface Candidate extends DetailPost {
  /** How many of the entries are done with it. */
  readonly taken: number;
}

/** The next message for the thread of a digest: as many of the entries, in order, as fit. Those that add nothing to their title are left to the list. */
export async function composeDetails(
  deps: ComposeDeps,
  channel: string,
  entries: readonly string[],
  { nowMs, zone }: ChannelTime,
): Promise<ComposedDetails> {
  const room = new WaitingRoom(deps, channel, nowMs);
  const items = entries.map(toItem).filter((item): item is EntryItem => item.kind === "entry");
  const posts: Candidate[] = [];
  for (const [at, waiting] of (await room.read(items)).entries()) {
    const post = await postOf(deps, room, waiting, zone);
    if (post !== null) posts.push({ ...post, taken: at + 1 });
  }
  return messageOf(deps, posts);
}

async function postOf(
  { adapter }: ComposeDeps,
  room: WaitingRoom,
  { item, entry, withdrawal }: Waiting,
  zone: string,
): Promise<DetailPost | null> {
  const { feed, settings } = await room.followed(item.feedId);
  if (entry === null || settings === null || withdrawal !== null || settings.style === "title") return null;
  const id = entryId(item.feedId, item.number);
  const style = { style: settings.style, images: false };
  const excerptChars = Math.min(DETAIL_CHARS, adapter.excerptChars);
  const summary = summaryInStyle({ ...entry, entryId: id }, style, { excerptChars, zone });
  return summary.excerpt.children.length === 0 ? null : { feed, summary };
}

function messageOf({ adapter }: ComposeDeps, posts: readonly Candidate[]): ComposedDetails {
  let why = "the list says it all";
  for (let count = Math.min(posts.length, MOST_TOGETHER); count > 0; count -= 1) {
    const some = posts.slice(0, count);
    const outgoing: Outgoing = { kind: "details", posts: some.map(({ feed, summary }) => ({ feed, summary })) };
    const message = attempt(() => adapter.render(outgoing));
    const taken = some.at(-1)?.taken ?? 0;
    if ("value" in message) return { kind: "message", message: message.value, taken };
    why = message.failure;
  }
  return { kind: "drop", why };
}
