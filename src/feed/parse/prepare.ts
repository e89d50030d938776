import { elementNames, type NameMap } from "./element-names.ts";
import { LiftedTexts } from "./lifted-texts.ts";
import { maxDepth, maxEntriesRead, maxEntryChars, maxFailedWraps, maxTextChars } from "./limits.ts";
import { MarkupScanner, tagNameAt } from "./markup-scanner.ts";
import type { FeedRoot } from "./root.ts";
import { endOfOpaque, holdsText, wrapMarkup } from "./wrap-markup.ts";

/** An XML feed that a strict parser can read. */
export interface PreparedXml {
  readonly root: FeedRoot;
  /** From the root's start tag to its end tag and nothing else. */
  readonly xml: string;
  /** Texts that marks stand for in `xml`; null where it holds them itself. */
  readonly lifted: LiftedTexts | null;
  readonly nameOf: NameMap;
  /** Complete `item` or `entry` elements in it. */
  readonly entryCount: number;
  /** Those elements one by one. */
  readonly entries: () => readonly string[];
  /** What stands between the root's (in RSS the channel's) start tag and the first entry. */
  readonly head: () => string;
  /** False when the document ended before its root did: what was complete until then is kept, and closed. */
  readonly closed: boolean;
}

/** On a start tag whose content was wrapped by this module: it is HTML, whatever its type says. */
export const wrappedMark = "planetwire-html";

/** Elements that are open where an entry begins. */
const entryDepth = 2;

/**
 * Cuts everything outside the root (junk, prologs, DTD) and what a cut document left incomplete, escapes every `<` that
 * opens nothing, and turns inline markup in titles and contents into CDATA, so that its order survives.
 * @param lifts whether long texts are taken out: nobody but `readXml` can read the document then.
 */
export function prepareXml(text: string, root: FeedRoot, lifts = false): PreparedXml {
  const isOneShort = text.trimEnd().endsWith(`</${root.name}`);
  return new Preparation(isOneShort ? `${text.trimEnd()}>` : text, root, lifts).run();
}

/** Without the control characters that XML 1.0 (2.2) has no place for. */
export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, "");
}

class Preparation {
  readonly #text: string;
  readonly #scanner: MarkupScanner;
  readonly #root: FeedRoot;
  readonly #nameOf: NameMap;
  readonly #lastRootEnd: number;
  readonly #pieces: string[] = [];
  readonly #lifted: LiftedTexts | null;
  #copiedTo: number;
  /** Complete entries, as ranges of pieces. */
  readonly #entries: { readonly start: number; readonly end: number }[] = [];
  /** Piece with which the entry begins that is still open. */
  #entryStart = -1;
  /** As written; "" until one was seen. */
  #channelName = "";
  #failedWraps = 0;
  #entryStarts = 0;
  /** As written. */
  #entryName = "";
  #keptChars = 0;
  #keptBeforeEntry = 0;
  /** Elements that are open, as far as their end tags are there: it begins anew with each entry. */
  #depth = 1;

  constructor(text: string, root: FeedRoot, lifts: boolean) {
    this.#text = text;
    this.#lifted = lifts ? new LiftedTexts(text) : null;
    this.#scanner = new MarkupScanner(text);
    this.#root = root;
    this.#nameOf = elementNames(text, root);
    this.#lastRootEnd = text.lastIndexOf(`</${root.name}`);
    this.#copiedTo = root.start;
  }

  run(): PreparedXml {
    const closed = this.#walk();
    const pieces = closed ? this.#pieces : this.#pieces.slice(0, this.#entries.at(-1)?.end ?? 0);
    return {
      root: this.#root,
      xml: `${pieces.join("")}${this.#closers()}</${this.#root.name}>`,
      lifted: this.#lifted,
      nameOf: this.#nameOf,
      entryCount: this.#entries.length,
      entries: () => this.#entries.map(({ start, end }) => pieces.slice(start, end).join("")),
      head: () => this.#head(pieces),
      closed,
    };
  }

  /** True when the walk met the root's end tag. */
  #walk(): boolean {
    let at = this.#root.end;
    for (;;) {
      const open = this.#text.indexOf("<", at);
      if (open === -1) return false;
      if (open - at > maxTextChars) this.#replace(at + maxTextChars, open, "");
      const next = this.#entryIsFull(open) ? this.#skipToEnd(open) : this.#step(open);
      if (next === "end") return true;
      if (next === "cut") return false;
      at = next;
    }
  }

  #entryIsFull(open: number): boolean {
    if (this.#entryStart === -1) return false;
    return this.#keptChars + open - this.#copiedTo - this.#keptBeforeEntry > maxEntryChars;
  }

  /** The entry's own end tag, with nothing before it any more. */
  #skipToEnd(open: number): number | "end" | "cut" {
    const end = this.#text.indexOf(`</${this.#entryName}`, open);
    if (end === -1) return "cut";
    this.#replace(open, end, "");
    return this.#step(end);
  }

  #step(open: number): number | "end" | "cut" {
    const opaqueEnd = endOfOpaque(this.#scanner, open);
    if (opaqueEnd === -1) return this.#strayOrCut(open);
    if (opaqueEnd !== null) return this.#opaque(open, opaqueEnd);
    const closing = this.#text.charAt(open + 1) === "/";
    const name = tagNameAt(this.#text, open + (closing ? 2 : 1));
    const end = name === "" ? -1 : this.#scanner.endOfTag(open + 1 + name.length);
    if (end === -1) return this.#strayOrCut(open);
    return closing ? this.#endTag(name, open, end) : this.#startTag(name, open, end);
  }

  #opaque(open: number, end: number): number {
    const isLong = end - open > maxTextChars && this.#text.startsWith("<![CDATA[", open);
    if (isLong) this.#replace(open + maxTextChars, end - "]]>".length, "");
    return end;
  }

  /** What opens nothing is text, unless the document was cut there. */
  #strayOrCut(open: number): number | "cut" {
    if (open > this.#lastRootEnd) return "cut";
    return this.#asText(open);
  }

  #endTag(name: string, open: number, end: number): number | "end" {
    if (name === this.#root.name) {
      this.#replace(open, end, "");
      return "end";
    }
    const known = this.#nameOf(name);
    const isTooDeep = this.#depth > maxDepth && !this.#isEntry(known);
    this.#depth = Math.max(1, this.#depth - 1);
    if (isTooDeep) return this.#asText(open);
    if (known === "channel" && this.#root.kind === "rss") this.#replace(open, end, "");
    if (this.#isEntry(known)) this.#endEntry(end);
    return end;
  }

  #startTag(name: string, open: number, end: number): number | "cut" {
    const known = this.#nameOf(name);
    const selfClosing = this.#text.charAt(end - 2) === "/";
    if (known === "channel") return this.#channel(name, open, end, selfClosing);
    if (this.#isEntry(known) && !this.#startEntry(name, open)) return "cut";
    if (this.#isEntry(known) && selfClosing) this.#endEntry(end);
    if (selfClosing) return end;
    this.#depth += 1;
    if (this.#depth > maxDepth) return this.#asText(open);
    return holdsText(known) && this.#failedWraps < maxFailedWraps ? this.#wrap(name, open, end) : end;
  }

  /** Returns where to go on: before the element's end tag when its content was wrapped. */
  #wrap(name: string, open: number, end: number): number {
    const isXhtml = this.#root.kind === "atom" && this.#text.slice(open, end).includes("xhtml");
    const wrapped = wrapMarkup(this.#scanner, end, name, isXhtml);
    if (wrapped === null) this.#failedWraps += 1;
    if (wrapped === null || wrapped.cdata === null) {
      if (wrapped === null || wrapped.end - end > maxTextChars) return end;
      this.#lift(end, wrapped.end);
      return wrapped.end;
    }
    const { cdata } = wrapped;
    const kept = cdata.length > maxTextChars ? `${cdata.slice(0, maxTextChars)}]]>` : cdata;
    const mark = this.#lifted?.lift(kept) ?? kept;
    this.#replace(end - 1, wrapped.end, ` ${wrappedMark}="1">${mark}`);
    this.#keptChars += kept.length - mark.length;
    return wrapped.end;
  }

  /** What is lifted counts as kept. */
  #lift(start: number, end: number): void {
    const mark = this.#lifted?.lift(this.#text.slice(start, end)) ?? null;
    if (mark === null) return;
    this.#replace(start, end, mark);
    this.#keptChars += end - start - mark.length;
  }

  #asText(open: number): number {
    this.#replace(open, open + 1, "&lt;");
    return open + 1;
  }

  /** In RSS the first channel stays open until the end, so that items behind it and further channels are read like the rest. */
  #channel(name: string, open: number, end: number, selfClosing: boolean): number {
    const isFirst = this.#channelName === "";
    if (isFirst) this.#channelName = name;
    if (this.#root.kind === "rss" && !isFirst) this.#replace(open, end, "");
    else if (this.#root.kind === "rss" && selfClosing) this.#replace(open, end, `<${name}>`);
    return end;
  }

  #isEntry(known: string): boolean {
    return known === (this.#root.kind === "atom" ? "entry" : "item");
  }

  /** False when there were too many. */
  #startEntry(name: string, open: number): boolean {
    this.#entryStarts += 1;
    if (this.#entryStarts > maxEntriesRead) return false;
    this.#replace(open, open, "");
    this.#entryStart = this.#pieces.length;
    this.#entryName = name;
    this.#keptBeforeEntry = this.#keptChars;
    this.#depth = entryDepth;
    return true;
  }

  #endEntry(end: number): void {
    this.#replace(end, end, "");
    if (this.#entryStart !== -1) this.#entries.push({ start: this.#entryStart, end: this.#pieces.length });
    this.#entryStart = -1;
    this.#depth = entryDepth;
  }

  #head(pieces: readonly string[]): string {
    const head = pieces.slice(0, this.#entries[0]?.start ?? pieces.length).join("");
    const channel = head.indexOf(`<${this.#channelName}`, this.#root.tag.length);
    const start = this.#channelName === "" || this.#root.kind === "atom" ? 0 : channel;
    return head.slice(head.indexOf(">", start) + 1);
  }

  #closers(): string {
    if (this.#root.kind === "atom") return "";
    if (this.#channelName === "") return "<channel/>";
    return this.#root.kind === "rss" ? `</${this.#channelName}>` : "";
  }

  #replace(start: number, end: number, replacement: string): void {
    this.#pieces.push(this.#text.slice(this.#copiedTo, start), replacement);
    this.#keptChars += start - this.#copiedTo + replacement.length;
    this.#copiedTo = end;
  }
}
