import { maxInnerOpens } from "./limits.ts";

/**
 * Finds where pieces of markup end. It remembers what it found last, so that a document full of openings whose ends are far
 * away, or missing, is walked once and not once for each.
 */
export class MarkupScanner {
  readonly text: string;
  /** For each text the last search: from where on, and where it was found, or -1. */
  readonly #searches = new Map<string, { from: number; found: number }>();

  constructor(text: string) {
    this.text = text;
  }

  /** Index after the next `wanted` at or behind `from`; -1 when there is none. Ask for few different texts. */
  after(wanted: string, from: number): number {
    const found = this.#next(wanted, from);
    return found === -1 ? -1 : found + wanted.length;
  }

  /**
   * Index after the `>` of a tag; one inside a quoted attribute value does not count, unless the quote is never closed. -1 when
   * there is none, or so many tags seem to begin inside that it is none itself.
   */
  endOfTag(from: number): number {
    let at = from;
    for (let innerOpens = 0; innerOpens <= maxInnerOpens;) {
      const close = this.#next(">", at);
      if (close === -1) return -1;
      const equals = this.#next("=", at);
      if (equals === -1 || equals > close) return close + 1;
      const valueStart = skipSpace(this.text, equals + 1);
      const quote = this.text.charAt(valueStart);
      const valueEnd = quote === '"' || quote === "'" ? this.after(quote, valueStart + 1) : equals + 1;
      if (valueEnd === -1) return close + 1;
      const open = this.#next("<", at);
      if (open !== -1 && open < valueEnd) innerOpens += 1;
      at = valueEnd;
    }
    return -1;
  }

  #next(wanted: string, from: number): number {
    const last = this.#searches.get(wanted);
    if (last !== undefined && from >= last.from && (last.found === -1 || from <= last.found)) return last.found;
    const found = this.text.indexOf(wanted, from);
    if (last === undefined) this.#searches.set(wanted, { from, found });
    else Object.assign(last, { from, found });
    return found;
  }
}

const maxNameChars = 61;
const tagName = /[\p{L}_][\p{L}\p{N}_:.-]{0,60}/uy;

/** The name of a tag that begins behind `<` or `</`; "" when it is none. */
export function tagNameAt(text: string, start: number): string {
  const most = start + maxNameChars;
  let end = start;
  while (end < most && isPlainNameChar(text.charCodeAt(end), end === start)) end += 1;
  if (end === most || !(text.charCodeAt(end) > 127)) return text.slice(start, end);
  tagName.lastIndex = start;
  return tagName.exec(text)?.[0] ?? "";
}

/** Of ASCII. Nearly all names are of it, and a walk takes a fraction of what a search for classes of letters does. */
function isPlainNameChar(code: number, isFirst: boolean): boolean {
  const letter = code | 0x20;
  if ((letter >= 97 && letter <= 122) || code === 95) return true;
  return !isFirst && ((code >= 48 && code <= 58) || code === 45 || code === 46);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}
