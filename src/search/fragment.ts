import type { StoredEntry } from "../feed/entry-record.ts";
import { searchedText } from "./document.ts";
import type { Query, Term } from "./query.ts";
import { piecesOf, tokensIn } from "./tokens.ts";

const MOST_CHARS = 160;
const CHARS_BEFORE = 40;
/** Behind the first mark no more is read: enough for all that is shown, and for a phrase that begins there. */
const MOST_CHARS_READ = 1_000;

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
    MOST_CHARS_READ,
  );
  return cut(pieces, marks);
}

/** The same of a title, whole. */
export function markedTitle(title: string, query: Query): readonly FragmentPart[] {
  const pieces = piecesOf(title);
  const marks = markedPieces(pieces, query.groups.flat(), Infinity);
  return joined(pieces.map((text, i) => ({ text, isMatch: marks.has(i) })));
}

/**
 * Which pieces hold a word of a term, and what stands between the words of a phrase.
 * @param mostChars behind the first of them that are looked at
 */
function markedPieces(pieces: readonly string[], terms: readonly Term[], mostChars: number): ReadonlySet<number> {
  const tokens: string[] = [];
  const pieceOf: number[] = [];
  const marks = new Set<number>();
  let charsBehind = 0;
  for (let i = 0; i < pieces.length && charsBehind <= mostChars; i += 1) {
    const piece = pieces[i] ?? "";
    if (marks.size > 0) charsBehind += piece.length;
    for (const token of tokensIn(piece)) {
      tokens.push(token);
      pieceOf.push(i);
      for (const term of terms) {
        const start = tokens.length - term.tokens.length;
        if (endsWith(tokens, term)) for (let at = pieceOf[start] ?? i; at <= i; at += 1) marks.add(at);
      }
    }
  }
  return marks;
}

function endsWith(tokens: readonly string[], { tokens: wanted, isPrefix }: Term): boolean {
  const start = tokens.length - wanted.length;
  const last = wanted.length - 1;
  for (let k = last; k >= 0; k -= 1) {
    const [token = "", word = ""] = [tokens[start + k], wanted[k]];
    if (isPrefix && k === last ? !token.startsWith(word) : token !== word) return false;
  }
  return true;
}

function cut(pieces: readonly string[], marks: ReadonlySet<number>): readonly FragmentPart[] {
  const firstMark = marks.size === 0 ? 0 : Math.min(...marks);
  let from = firstMark;
  for (let chars = 0; from > 0 && chars + (pieces[from - 1]?.length ?? 0) <= CHARS_BEFORE; from -= 1) {
    chars += pieces[from - 1]?.length ?? 0;
  }
  // An ellipsis before the last word of the text's beginning would hide less than it shows.
  const parts: FragmentPart[] = from > 0 ? [{ text: "…", isMatch: false }] : [];
  let chars = 0;
  for (let i = from; i < pieces.length; i += 1) {
    const text = (pieces[i] ?? "").slice(0, MOST_CHARS);
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
