/** Control characters, soft hyphens, zero width spaces, byte order marks, joiners of words; embeddings, overrides and isolates (UAX #9). */
const unseen =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
/** More marks on one letter than any script needs. */
const markPile = /(\p{M}{6})\p{M}+/gu;
/** What is drawn: no space, no control, no lone mark or joiner, none of the blank letters that newsletters pad with. */
const visible = /[^\s\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;
const unpaired = /\p{Surrogate}/gu;

export function hasVisible(text: string): boolean {
  return visible.test(text);
}

/**
 * Text without what is not text. Marks that tell a neutral character its direction (LRM, RLM, ALM) and joiners (ZWJ, ZWNJ) stay,
 * as scripts need them; what opens a direction and must be closed again does not, since text is cut and set beside other text.
 */
export function cleanText(text: string): string {
  return shortenStrings(decodeLeftEntities(cleanCode(text)));
}

/** The same for code, in which nothing else may change: an unseen sign would show another program than the one that runs. */
export function cleanCode(code: string): string {
  return code.replace(unseen, "").replace(markPile, "$1").replace(unpaired, "\ufffd");
}

/** What is still escaped in running text was escaped twice: "don&#8217;t", "this &amp; that". A text about "&nbsp;" stays. */
function decodeLeftEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text
    .replace(/(?<=[\p{L}\p{N}.,!?:;"“])&(?:#(?:8217|8216|39|x27|x2019);|[lr]squo;|apos;)(?=\p{L}|\s|$)/gu, "’")
    .replace(/(?<=\S)&(?:#8230|hellip);|&(?:#8230|hellip);(?=\S)/g, "…")
    .replace(/&(?:#822[01]|[lr]dquo|quot);(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}.,!?…])&(?:#822[01]|[lr]dquo|quot);/gu, '"')
    .replace(/(?<=\S )&(?:#821[12]|[mn]dash);(?= \S)/g, "–")
    .replace(/(?<=[\p{L}\p{N}.,;:!?])&(?:nbsp|#160);(?=[\p{L}\p{N}])/gu, " ")
    .replace(/(?<=[\p{L}\p{N}.,!?"”’)] ?)&(?:amp|#38);(?= ?[\p{L}\p{N}])/gu, "&");
}

const longestString = 100;
const shownOfString = 48;

/** Keys, hashes and base64 in running text: nobody reads them, and no sentence fits beside them. */
function shortenStrings(text: string): string {
  return text.length <= longestString
    ? text
    : text.replace(/[!-~]{101,}/g, (long) => `${long.slice(0, shownOfString)}…`);
}
