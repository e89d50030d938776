const ellipsis = "…";
/** A cut between words must leave at least this share of the space filled; else the last word is cut. */
const minFilledShare = 0.6;
/** How far behind the end the text is looked at, to see whether a word ends there. */
const lookAheadChars = 200;

const words = new Intl.Segmenter("und", { granularity: "word" });
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * A line such as a title or a name, at most `maxChars` UTF-16 units long, of which the last is then an ellipsis. Cut between words;
 * a word without end is cut, but never within what is read as one character.
 */
export function cutLine(line: string, maxChars: number): string {
  if (line.length <= maxChars) return line;
  const most = Math.max(0, maxChars - ellipsis.length);
  const near = line.slice(0, maxChars + lookAheadChars);
  const atWord = lastStart(words, near, most);
  const end = atWord >= most * minFilledShare ? atWord : lastStart(graphemes, near, most) || most;
  const kept = line.slice(0, end).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept.replace(/[\s.,;:–—-]+$/, "")}${ellipsis}`;
}

function lastStart(segmenter: Intl.Segmenter, text: string, most: number): number {
  return [...segmenter.segment(text)].findLast(({ index }) => index <= most)?.index ?? 0;
}
