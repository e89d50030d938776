import { type Headers, headerValue } from "./http-headers.ts";

const WORDS: ReadonlyMap<number, string> = new Map([
  [400, "bad request"],
  [401, "it wants a login"],
  [402, "it wants to be paid"],
  [403, "it forbids this"],
  [404, "not found"],
  [406, "not in a form that was asked for"],
  [407, "a proxy wants a login"],
  [408, "it waited too long"],
  [410, "gone for good"],
  [429, "too many requests"],
  [451, "withheld for legal reasons"],
  [500, "an error of the server"],
  [502, "an error behind the server"],
  [503, "not available at the moment"],
  [504, "what is behind the server took too long"],
]);

/** A status as a person reads it: "404 (not found)". Cloudflare marks the answers in which it asks for a browser. */
export function statusInWords(status: number, headers: Headers): string {
  const isChallenge = headerValue(headers, "cf-mitigated") !== null;
  const words = isChallenge ? "Cloudflare keeps out what is no browser" : WORDS.get(status);
  return words === undefined ? String(status) : `${status} (${words})`;
}
