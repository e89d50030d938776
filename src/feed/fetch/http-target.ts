import { isBlockedPort } from "./ports.ts";

/** What may be requested and stored: longer URLs are more likely traps than feeds. */
const MAX_URL_CHARS = 2048;

export interface TargetProblem {
  /** For a person; never repeats the URL, which may hold a password. */
  readonly problem: string;
}

/**
 * The URL to request, without fragment: http or https only, no credentials in it, no port of another protocol. Spellings of an address (decimal, octal,
 * hexadecimal, full-width) come out as that address, by the WHATWG URL standard.
 */
export function parseTarget(text: string, base?: URL): URL | TargetProblem {
  if (!URL.canParse(text, base?.href)) return { problem: "not a valid URL" };
  const url = new URL(text, base?.href);
  if (url.protocol !== "http:" && url.protocol !== "https:") return { problem: "only http and https URLs can be read" };
  if (url.username !== "" || url.password !== "")
    return { problem: "a URL with a user name or password is not requested" };
  if (isBlockedPort(url.port)) return { problem: `port ${url.port} belongs to another protocol than HTTP` };
  url.hash = "";
  if (url.href.length > MAX_URL_CHARS) return { problem: `the URL is longer than ${MAX_URL_CHARS} characters` };
  return url;
}
