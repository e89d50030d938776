/** A common figure for reading English silently (Brysbaert 2019 finds 238 for prose; screens and code are slower). */
const wordsPerMinute = 200;
/** In scripts without spaces two characters count as a word. */
const unspacedCharsPerWord = 2;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/**
 * Whole minutes to read a post, 0 below two: short posts need no warning.
 *
 * @param text what was read of it, clean
 * @param share how much of the post that is, over 0 up to 1: the rest counts in proportion
 */
export function minutesToRead(text: string, share: number): number {
  const minutes = Math.round(wordsOf(text) / share / wordsPerMinute);
  return minutes < 2 ? 0 : minutes;
}

function wordsOf(text: string): number {
  const unspacedChars = text.match(unspaced)?.length ?? 0;
  const spaced = text
    .replace(unspaced, " ")
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return spaced + unspacedChars / unspacedCharsPerWord;
}
