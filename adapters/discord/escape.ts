/** Characters that write from right to left or turn the direction around: with them text shows another order than it has. */
const turners = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const unseen = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** One line of text as people can read it: no control characters, no turned direction, no half characters. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\t\n\r\u2028\u2029]/g, " ")
    .replaceAll(unseen, "")
    .replaceAll(turners, "")
    .replaceAll(/\p{Surrogate}/gu, "\ufffd")
    .replaceAll(/ {2,}/g, " ");
}

/**
 * Text of others as nothing but text. A backslash before any ASCII punctuation stands for the character itself (API Reference,
 * "Message Formatting"; it holds for the client's own rules too): emphasis, code, spoilers, links, mentions of every kind,
 * times and custom emoji all begin with one of these. `://` is parted, for bare addresses become links.
 */
export function escapeText(text: string): string {
  return plain(text)
    .replaceAll(/[\\*_~|`<>[\]()@#]/g, String.raw`\$&`)
    .replaceAll("://", String.raw`\://`);
}

/** What means something at the start of a line only: headings, small print, lists, numbers. */
export function escapeLineStarts(lines: string): string {
  return lines
    .replaceAll(/^([ \u00a0]*)([#\-+])/gm, String.raw`$1\$2`)
    .replaceAll(/^([ \u00a0]*\d+)([.)])/gm, String.raw`$1\$2`);
}

/** `[label](url)`; the label alone when the address is none that a person should follow. */
export function maskedLink(label: string, url: string, maxUrlChars: number): string {
  const target = safeUrl(url, maxUrlChars);
  const text = plain(label).trim();
  if (target === null) return escapeText(text);
  return `[${escapeText(honestLabel(text, target))}](${target})`;
}

/** Only the web, without names and passwords in front of the host, and with nothing in it that could end the link early. */
export function safeUrl(url: string, maxChars: number): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, pathname, search, hash } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return null;
  const rest = `${pathname}${search}${hash}`.replaceAll(/[()<>[\]\\*|`"\s]|~~/g, (found) =>
    found.replaceAll(/[\s\S]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`),
  );
  const safe = `${protocol}//${host}${rest}`;
  return safe.length <= maxChars && URL.canParse(safe) ? safe : null;
}

/**
 * A label with an address in it is not drawn as a link, so that it goes without its scheme; one that is the address of another host would
 * hide where the link leads, so it says that, too. Brackets that do not pair would end the label early, whatever is put before them.
 */
function honestLabel(written: string, target: string): string {
  const host = new URL(target).host;
  const label = written
    .replaceAll(/https?:\/\//gi, "")
    .replaceAll(/[a-z][a-z\d+.-]{0,30}:\/\/(?=\S)/gi, "")
    .replaceAll("://", ":")
    .trim();
  if (label === "") return host;
  const claimed = /^(?:www\.)?((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]\S*)?$/i.exec(label)?.[1]?.toLowerCase();
  const isForeign = claimed !== undefined && claimed !== host.replace(/^www\./, "").toLowerCase();
  const honest = isForeign ? `${label} (${host})` : label;
  return hasPairedBrackets(honest) ? honest : honest.replaceAll("[", "［").replaceAll("]", "］");
}

function hasPairedBrackets(text: string): boolean {
  return /^(?:[^[\]]|\[[^[\]]*\])*$/.test(text);
}
