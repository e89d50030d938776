/** Nobody is called on a terminal; the name is shown. */
export function toMention(typed: string): string | null {
  return /^@[\w.-]{1,64}$/.exec(typed.trim())?.[0] ?? null;
}
