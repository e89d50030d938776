import type { StoredEntry } from "../feed/entry-record.ts";
import { searchedText } from "./document.ts";
import type { Query, Term } from "./query.ts";
import { type Piece, piecesOf } from "./tokens.ts";

const MOST_CHARS = 160;
const CHARS_BEFORE = 40;

export interface FragmentPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** The piece of the entry's text that answers the query, its words marked; the beginning of the text where only the title does. */
export function fragmentOf(entry: StoredEntry, query: Query): readonly FragmentPart[] {
  const pieces = piecesOf(searchedText(entry).text);
  const marks = markedPieces(
    pieces,
    query.groups.flat().filter((term) => !term.isTitle),
  );
  return cut(pieces, marks);
}

/** The same of a title, whole. */
export function markedTitle(title: string, query: Query): readonly FragmentPart[] {
  const pieces = piecesOf(title);
  const marks = markedPieces(pieces, query.groups.flat());
  return joined(pieces.map(({ text }, i) => ({ text, isMatch: marks.has(i) })));
}

/** Which pieces hold a word of a term, and what stands between the words of a phrase. */
function markedPieces(pieces: readonly Piece[], terms: readonly Term[]): ReadonlySet<number> {
  const tokens = pieces.flatMap((piece, i) => piece.tokens.map((token) => ({ token, piece: i })));
  const marks = new Set<number>();
  for (const { tokens: wanted, isPrefix } of terms) {
    const fits = (at: number): boolean =>
      wanted.every((word, k) => {
        const token = tokens[at + k]?.token ?? "";
        return isPrefix && k === wanted.length - 1 ? token.startsWith(word) : token === word;
      });
    for (let at = 0; at + wanted.length <= tokens.length; at += 1) {
      if (!fits(at)) continue;
      const [from = 0, to = 0] = [tokens[at]?.piece, tokens[at + wanted.length - 1]?.piece];
      for (let piece = from; piece <= to; piece += 1) marks.add(piece);
    }
  }
  return marks;
}

function cut(pieces: readonly Piece[], marks: ReadonlySet<number>): readonly FragmentPart[] {
  const firstMark = marks.size === 0 ? 0 : Math.min(...marks);
  let from = firstMark;
  for (let chars = 0; from > 0 && chars + (pieces[from - 1]?.text.length ?? 0) <= CHARS_BEFORE; from -= 1) {
    chars += pieces[from - 1]?.text.length ?? 0;
  }
  // An ellipsis before the last word of the text's beginning would hide less than it shows.
  const parts: FragmentPart[] = from > 0 ? [{ text: "…", isMatch: false }] : [];
  let chars = 0;
  for (let i = from; i < pieces.length; i += 1) {
    const text = (pieces[i]?.text ?? "").slice(0, MOST_CHARS);
    if (chars > 0 && chars + text.length > MOST_CHARS) {
      parts.push({ text: "…", isMatch: false });
      break;
    }
    parts.push({ text: i === from && from > 0 ? text.trimStart() : text, isMatch: marks.has(i) });
    chars += text.length;
  }
  return joined(parts);
}

function joined(parts: readonly FragmentPart[]): readonly FragmentPart[] {
  const found: FragmentPart[] = [];
  for (const part of parts.filter(({ text }) => text !== "")) {
    const last = found.at(-1);
    if (last !== undefined && last.isMatch === part.isMatch)
      found[found.length - 1] = { ...last, text: last.text + part.text };
    else found.push(part);
  }
  return found;
}
