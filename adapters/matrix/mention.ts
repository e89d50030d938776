/** Client-server API, "User and room mentions": who is called stands here alone, whatever the text says. */
export interface MatrixMentions {
  readonly user_ids?: readonly string[];
  readonly room?: true;
}

/** A user id (Appendices, "User Identifiers": 255 bytes at most), or everybody in the room, also in the other platforms' words. */
export function toMention(typed: string): string | null {
  const text = typed.trim();
  if (/^@(room|here|channel|everyone)$/i.test(text)) return "@room";
  const isId = /^@[!-9;-~]+:[A-Za-z0-9.\-[\]:]+$/.test(text) && !/[<>"&]/.test(text) && text.length <= 255;
  return isId ? text : null;
}

export function mentionsOf(whom: string): MatrixMentions {
  return whom === "@room" ? { room: true } : { user_ids: [whom] };
}

/** A link to a person is shown as that person ("Fancy replies and mentions": a pill). */
export function pillHtml(whom: string): string {
  return whom === "@room" ? whom : `<a href="https://matrix.to/#/${encodeURIComponent(whom)}">${whom}</a>`;
}
