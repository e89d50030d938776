/**
 * What stands in an outbox: an entry as `<feed id>.<number>`, or a notice as `!<id>`. An edit of an entry's message is
 * `~<feed id>.<number>`, and waits apart from them.
 */
export type Item =
  | {
      readonly kind: "entry";
      readonly id: string;
      readonly feedId: string;
      readonly number: number;
    }
  | { readonly kind: "notice"; readonly id: string; readonly noticeId: string };

export function entryId(feedId: string, number: number): string {
  return `${feedId}.${String(number)}`;
}

export function toItem(id: string): Item {
  if (id.startsWith("!")) return { kind: "notice", id, noticeId: id.slice(1) };
  const dot = id.lastIndexOf(".");
  return { kind: "entry", id, feedId: id.slice(0, dot), number: Number(id.slice(dot + 1)) };
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
