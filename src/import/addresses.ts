import { MOST_ADDRESS_CHARS } from "./list-limits.ts";

/** An address as lists write them, or null. `feed:` stands before or instead of `http:`. */
export function toAddress(written: string): string | null {
  const text = written
    .trim()
    .replace(/^feed:(?:\/\/)?(?=https?:)/i, "")
    .replace(/^feed:(?:\/\/)?/i, "http://");
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (text === "" || full.length > MOST_ADDRESS_CHARS || /\s/.test(full) || !URL.canParse(full)) return null;
  const url = new URL(full);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  url.hash = "";
  return isWeb && (url.hostname.includes(".") || url.hostname === "localhost" || url.hostname.startsWith("["))
    ? url.href
    : null;
}

/** The addresses in a line: all that are written in full, or the line itself where it looks like one. */
export function addressesOf(line: string): string[] {
  const written = line.match(/(?:https?|feed):[^\s<>"'“”,;|]{3,}/gi) ?? [];
  const bare = /^[\s\ufeff]*([\w-]+(?:\.[\w-]+)+(?:[/?:]\S*)?)\s*$/.exec(line)?.[1];
  const candidates = written.length === 0 && bare !== undefined ? [bare] : written;
  return candidates.map(toAddress).filter((url) => url !== null);
}
