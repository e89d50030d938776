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
const COUNTER =
  /(?<![\p{L}\p{N}.,])[\d.,]+\s*[km]?\s*(?:comments?|repl(?:y|ies)|views?|reads?|votes?|points?|likes?|shares?|answers?|reactions?|boosts?|stars?|downloads?|min(?:ute)?s?[\s-]+read|(?:second|minute|hour|day|week|month|year)s?\s+ago)(?![\p{L}\p{N}])/giu;
/** C++ and C# are two languages. */
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}+#]+/u;
const NUMBER = /^[\p{N}+#]+$/u;

/**
 * The words of a text in one form: case, spaces, punctuation, the ways to write a character, counters and what follows the
 * question mark of an address are no words.
 */
function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKC").toLowerCase().replace(QUERY, "$1").replace(COUNTER, " ");
  return plain.split(BETWEEN_WORDS).filter((word) => word !== "");
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
  const lead = wordsOf(plain.slice(0, WRITTEN_CHARS)).filter((word) => !NUMBER.test(word));
  return { title: fingerprint(wordsOf(title).join(" ")), text: fingerprint(lead.join(" ").slice(0, LEAD_CHARS)) };
}

/** As it is kept. The text of a protected post is a form: that it opens is a change, and nothing about the form is. */
export function meaningKept({ title, text }: Meaning, isProtected: boolean): string {
  return `${title}.${isProtected ? "protected" : text}`;
}
