import type { Aim } from "../adapter.ts";
import { attempt, type ComposeDeps, type Composed, type OutboxHead, postOf } from "./compose.ts";
import { type Item, toItem } from "./item.ts";
import { WaitingRoom } from "./waiting.ts";

/** A post for the thread of a digest. What has nothing to add to its title, or is no longer wanted, is left to the list. */
export async function composeDetail(
  deps: ComposeDeps,
  channel: string,
  head: OutboxHead,
  item: Item & { readonly kind: "detail" },
): Promise<Composed> {
  const drop = (why: string): Composed => ({
    kind: "withdraw",
    withdrawals: [{ id: item.id, state: "withdrawn", why }],
  });
  const { adapter, links } = deps;
  const detail = await links.detail(channel, item.part);
  const listed = detail === null ? null : toItem(detail.entryId);
  if (detail === null || listed?.kind !== "entry") return drop("nobody knows its digest any more");
  const room = new WaitingRoom(deps, channel, head.nowMs);
  const { feed, settings } = await room.followed(listed.feedId);
  const [waiting] = await room.read([listed]);
  if (settings === null || waiting === undefined || waiting.withdrawal !== null) return drop("no longer wanted");
  const { entry } = waiting;
  if (entry === null || settings.style === "title") return drop("the list says it all");
  const post = postOf(adapter, { item: listed, entry, feed, settings: { ...settings, images: false, mention: null } });
  if (post.kind === "post" && post.summary.excerpt.children.length === 0) return drop("the list says it all");
  const message = attempt(() => adapter.render(post));
  if ("failure" in message) return drop(message.failure);
  const aim: Aim = { kind: "thread", ref: detail.ref };
  return {
    kind: "message",
    message: message.value,
    items: [{ id: item.id, linkKey: "" }],
    plan: head.plan,
    aim,
    details: [],
  };
}
