import { foldLetters } from "../feed/names.ts";

/** Longer is no word that anybody types; the index would keep it for ever. */
const MOST_TOKEN_CHARS = 40;

const run = /[\p{L}\p{N}\p{M}_]+/gu;
/** Scripts that write words without spaces between them: there each sign is a token, so that any part of a line is a phrase. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const signOrRun =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** Most words of most languages here need no folding. */
const plainWord = new RegExp(`^[A-Za-z\\d_]{1,${String(MOST_TOKEN_CHARS)}}$`);
/** "Nagle's algorithm" is found by "nagle", as people expect; elsewhere an apostrophe is left out ("don't" is "dont"). */
const possessive = /(?<=[\p{L}\p{N}])['’ʼ]s(?![\p{L}\p{N}\p{M}_'’ʼ])/giu;

/**
 * The words of a text as they are indexed and looked for: letters, digits and `_`, folded like names (`src/feed/names.ts`). What
 * comes out holds nothing that means anything to the engine.
 */
export function tokensOf(text: string): readonly string[] {
  if (plainWord.test(text)) return [text.toLowerCase()];
  const runs = foldLetters(text.replace(possessive, "")).match(run) ?? [];
  return runs.flatMap((word) => (unspaced.test(word) ? (word.match(signOrRun) ?? []) : [word])).map(cutToken);
}

/** Whether the token is one sign of a script without spaces: what follows it is another word. */
export function isSign(token: string): boolean {
  return unspaced.test(token);
}

function cutToken(token: string): string {
  return token.length <= MOST_TOKEN_CHARS ? token : Array.from(token).slice(0, MOST_TOKEN_CHARS).join("");
}

/** All that folding may leave out of a word or make letters of; and between two of these anything else. */
const wordOrGap = /[\p{L}\p{N}\p{M}_'’‘ʼ`´]+|[^\p{L}\p{N}\p{M}_'’‘ʼ`´]+/gu;

const hasLetters = /[\p{L}\p{N}\p{M}_]/u;

/** The text in pieces as it is written: words, and what is between them; a sign of a script without spaces is a piece of its own. */
export function piecesOf(text: string): readonly string[] {
  const written = text.match(wordOrGap) ?? [];
  // Asking for scripts takes longer than all the rest; below these letters there is none of them.
  if (!/[\u0e00-\u1fff\u2e80-\uffff]/.test(text)) return written;
  return written.flatMap((part) => (unspaced.test(part) ? (part.match(signOrRun) ?? []) : [part]));
}

const NONE: readonly string[] = [];

/** `tokensOf` a piece; [] between words. */
export function tokensIn(piece: string): readonly string[] {
  if (piece === " ") return NONE;
  if (plainWord.test(piece)) return [piece.toLowerCase()];
  return hasLetters.test(piece) ? tokensOf(piece) : NONE;
}
