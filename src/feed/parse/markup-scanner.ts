/**
 * Finds where pieces of markup end. It remembers which terminators do not occur any more, so that a document full of
 * openings without an end is walked once and not once for each.
 */
export class MarkupScanner {
  readonly text: string;
  readonly #absent = new Set<string>();

  constructor(text: string) {
    this.text = text;
  }

  /** Index after the next `wanted` at or behind `from`; -1 when there is none. Ask for few different texts. */
  after(wanted: string, from: number): number {
    if (this.#absent.has(wanted)) return -1;
    const found = this.text.indexOf(wanted, from);
    if (found === -1) this.#absent.add(wanted);
    return found === -1 ? -1 : found + wanted.length;
  }

  /** Index after the `>` of a tag; one inside a quoted attribute value does not count, unless the quote is never closed. */
  endOfTag(from: number): number {
    let at = from;
    for (;;) {
      const close = this.after(">", at);
      if (close === -1) return -1;
      const equals = at + this.text.slice(at, close).indexOf("=");
      if (equals < at) return close;
      const valueStart = skipSpace(this.text, equals + 1);
      const quote = this.text.charAt(valueStart);
      const valueEnd = quote === '"' || quote === "'" ? this.after(quote, valueStart + 1) : equals + 1;
      if (valueEnd === -1) return close;
      at = valueEnd;
    }
  }
}

/** The name of a tag that begins behind `<` or `</`; "" when it is none. */
export function tagNameAt(text: string, start: number): string {
  const tagName = /[\p{L}_][\p{L}\p{N}_:.-]{0,60}/uy;
  tagName.lastIndex = start;
  return tagName.exec(text)?.[0] ?? "";
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}
