import { maxTextChars } from "./limits.ts";

/** Shorter ones are not worth it. */
const fewestChars = 80;
const before = "\ue000";
const after = "\ue001";
const placeholder = new RegExp(`^${before}(\\d+)${after}$`);
const references: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const reference = /&(amp|lt|gt|quot|apos);/g;
const otherReference = /&(?!(?:amp|lt|gt|quot|apos);)/;
/** A parser makes the mark of these. */
const spelledMark = /&#(?:x0*e000|0*57344)/i;
const section = /^\s*<!\[CDATA\[/;

/**
 * Long texts of a document, taken out before it is parsed, each in exchange for a mark: the parser walks a document character by
 * character, most of which are such texts, and what they hold is known without it.
 */
export class LiftedTexts {
  readonly #isOn: boolean;
  readonly #texts: string[] = [];

  /** Does nothing where the document has such marks of its own, spelled out or as references. */
  constructor(document: string) {
    this.#isOn = !document.includes(before) && !spelledMark.test(document);
  }

  /** What stands for the content of an element; null where it has to stay, since a parser might see more in it than its text. */
  lift(content: string): string | null {
    if (!this.#isOn || content.length < fewestChars || content.length > maxTextChars) return null;
    const text = textOf(content);
    if (text === null || text.trim() === "") return null;
    this.#texts.push(text);
    return `${before}${String(this.#texts.length - 1)}${after}`;
  }

  /** Puts the texts back into a parsed value, an element or a list of them; returns it, or the text where it was a mark itself. */
  restore(value: unknown): unknown {
    if (this.#texts.length === 0) return value;
    if (typeof value === "string") return this.#texts[Number(placeholder.exec(value)?.[1] ?? -1)] ?? value;
    if (typeof value !== "object" || value === null) return value;
    for (const [name, inner] of Object.entries(value)) {
      const restored = this.restore(inner);
      if (restored !== inner) Reflect.set(value, name, restored);
    }
    return value;
  }
}

/** One CDATA section, or text whose references are those that every parser knows; null for anything else. */
function textOf(content: string): string | null {
  const opening = section.exec(content)?.[0];
  if (opening !== undefined) {
    const end = content.indexOf("]]>", opening.length);
    const behind = content.slice(end + "]]>".length);
    return end === -1 || behind.trim() !== "" ? null : content.slice(opening.length, end);
  }
  if (content.includes("<") || otherReference.test(content)) return null;
  return content.includes("&")
    ? content.replace(reference, (whole, name: string) => references[name] ?? whole)
    : content;
}
