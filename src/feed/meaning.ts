import { hash } from "node:crypto";

/** Bump when the rule below changes: meanings of two versions are not compared. */
export const MEANING_VERSION = 1;

/** More than any message shows of a text; what lies behind it changes no message. */
const LEAD_CHARS = 1000;
/** Enough of the text as written to find so much in. */
const WRITTEN_CHARS = 4000;

/** Questions after an address count clicks and name campaigns. */
const QUERY = /(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gu;
/** What sites count and age by themselves: "12 comments", "3.4k views", "5 min read", "2 hours ago". */
const COUNTED =
  "\\s*[km]?\\s*(?:comments?|repl(?:y|ies)|views?|reads?|votes?|points?|likes?|shares?|answers?|reactions?|boosts?|stars?|downloads?|min(?:ute)?s?[\\s-]+read|(?:second|minute|hour|day|week|month|year)s?\\s+ago)";

/** How counters and numbers are found. */
interface Letters {
  readonly counter: RegExp;
  readonly number: RegExp;
}

const ALL_LETTERS: Letters = {
  counter: new RegExp(`(?<![\\p{L}\\p{N}.,])[\\d.,]+${COUNTED}(?![\\p{L}\\p{N}])`, "giu"),
  number: /^[\p{N}+#]+$/u,
};
/** The same of texts in ASCII, which most are: a look at classes of Unicode takes ten times as long. */
const ASCII_LETTERS: Letters = {
  counter: new RegExp(`[\\d.,](?<![a-z\\d.,][\\d.,])[\\d.,]*${COUNTED}(?![a-z\\d])`, "g"),
  number: /^[\d+#]+$/,
};
/** C++ and C# are two languages. */
const WORD = /[\p{L}\p{M}\p{N}\p{Extended_Pictographic}+#]+/gu;
const ASCII = /^[\0-\x7f]*$/;

/**
 * The words of a text in one form, with spaces between them, the first `maxChars` of them: case, spaces, punctuation, the ways to write a
 * character, counters and what follows the question mark of an address are no words.
 */
function wordsOf(text: string, maxChars: number, withNumbers: boolean): string {
  const isAscii = ASCII.test(text);
  const { counter, number } = isAscii ? ASCII_LETTERS : ALL_LETTERS;
  const folded = (isAscii ? text : text.normalize("NFKC")).toLowerCase();
  const plain = (folded.includes("://") ? folded.replace(QUERY, "$1") : folded).replace(counter, " ");
  const words = isAscii ? plainWords(plain) : allWords(plain);
  let line = "";
  for (const word of words) {
    if (line.length >= maxChars) break;
    if (withNumbers || !number.test(word)) line += line === "" ? word : ` ${word}`;
  }
  return line.slice(0, maxChars);
}

function* allWords(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORD)) yield word;
}

/** Of lower case ASCII. */
function* plainWords(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    let end = at;
    while (isPlain(text.charCodeAt(end))) end += 1;
    if (end > at) yield text.slice(at, end);
    at = end + 1;
  }
}

/** A to Z, digits, plus and hash; past the end of the text, nothing is. */
function isPlain(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 43 || code === 35;
}

function fingerprint(words: string): string {
  return hash("sha256", words, "base64url").slice(0, 8);
}

/** What an entry means, as far as its words tell: two fingerprints. */
export interface Meaning {
  readonly title: string;
  readonly text: string;
}

/**
 * What a reader of the message would want to be told again when it changes: the words of the title, and those at the
 * beginning of the text. Numbers alone are no words of a text (counters, dates, clocks), but they are in a title ("Release 1.3").
 * Dates, ids, links, pictures and markup are not looked at.
 * @param title as the feed has it, since what is understood of it changes with what is known of the feed
 * @param plain the text without markup
 */
export function meaningOf(title: string, plain: string): Meaning {
  const lead = wordsOf(plain.slice(0, WRITTEN_CHARS), LEAD_CHARS, false);
  return { title: fingerprint(wordsOf(title, Infinity, true)), text: fingerprint(lead) };
}

/** As it is kept. The text of a protected post is a form: that it opens is a change, and nothing about the form is. */
export function meaningKept({ title, text }: Meaning, isProtected: boolean): string {
  return `${title}.${isProtected ? "protected" : text}`;
}
