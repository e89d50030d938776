/**
 * What stands in an outbox: an entry as `<feed id>.<number>`, one that is sent again on purpose as `=<generation>.<feed id>.<number>`,
 * or a notice as `!<id>`. An edit of an entry's message is `~<feed id>.<number>`, and waits apart from them; a message in the thread of a digest has
 * its row in the ledger as `+<key of the digest's delivery>.<part>`.
 */
export type Item =
  | {
      readonly kind: "entry";
      readonly id: string;
      readonly feedId: string;
      readonly number: number;
      /** 0, or higher where it is sent again on purpose: then no rule keeps it out, and it goes alone. */
      readonly generation: number;
    }
  | { readonly kind: "notice"; readonly id: string; readonly noticeId: string }
  | { readonly kind: "detail"; readonly id: string };

export function entryId(feedId: string, number: number): string {
  return `${feedId}.${String(number)}`;
}

export function toItem(id: string): Item {
  if (id.startsWith("!")) return { kind: "notice", id, noticeId: id.slice(1) };
  if (id.startsWith("+")) return { kind: "detail", id };
  const [, generation = "0", again] = /^=(\d+)\.(.+)$/.exec(id) ?? [];
  const entry = again ?? id;
  const dot = entry.lastIndexOf(".");
  const [feedId, number] = [entry.slice(0, dot), Number(entry.slice(dot + 1))];
  return { kind: "entry", id, feedId, number, generation: Number(generation) };
}

/** The entry of an edit. */
export function editedEntry(item: string): { readonly id: string; readonly feedId: string; readonly number: number } {
  const id = item.slice(1);
  const dot = id.lastIndexOf(".");
  return { id, feedId: id.slice(0, dot), number: Number(id.slice(dot + 1)) };
}

export function isEdit(item: string): boolean {
  return item.startsWith("~");
}
