/** Control characters, and those that turn the direction of what follows them: a feed's words must not change what stands beside. */
const troublesome = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

export function clean(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll(troublesome, "")
    .replaceAll(/\p{Surrogate}/gu, "\ufffd");
}

/** On one line. */
export function cleanLine(text: string): string {
  return clean(text.replaceAll(/\s+/g, " ")).trim();
}

/** The three characters that begin markup in Slack's text, and no others (Slack's formatting guide). */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const MOST_URL_CHARS = 3000;

/** An address that may be linked, in the form in which Slack takes it; null for any other. */
export function linkUrl(url: string): string | null {
  if (url.length > MOST_URL_CHARS || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  if ((protocol !== "http:" && protocol !== "https:") || href.length > MOST_URL_CHARS) return null;
  // `|` and `>` end an address in Slack's text.
  return href.replaceAll("|", "%7C").replaceAll(">", "%3E").replaceAll("<", "%3C");
}

/** A label that reads like an address of another host than the link's gets the true host beside it. */
export function honestLabel(label: string, url: string): string {
  const shown = cleanLine(label);
  if (shown === "") return url;
  const claimed = /^(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?:[/:?#]|$)/iu.exec(shown)?.[1];
  const { hostname } = new URL(url);
  const isOther = claimed !== undefined && bare(claimed) !== bare(hostname);
  return isOther ? `${shown} (${hostname})` : shown;
}

function bare(host: string): string {
  return host.toLowerCase().replace(/^www\./, "");
}
