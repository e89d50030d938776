/**
 * What a rule looks at, white space folded:
 * - `tag`, `class`, `attribute` (as `name=value`): an element, which goes with all it holds;
 * - `href`: the text and the address, with a space between them, of a link whose text is a mere mark;
 * - `link`: the text of a link that stands apart: alone in its block, or behind the end of a sentence;
 * - `line`: the text of a paragraph, a heading or a list's item, wherever it stands;
 * - `begin`, `end`: the same, only as long as nothing of the post itself comes before or behind it;
 * - `stray`: the text of a paragraph of any length that is no language of people;
 * - `prefix`: the beginning of the post's first paragraph, of which the rest stays;
 * - `above-contents`: the text of the block above such a list, which goes with it;
 * - `contents`: the addresses of a list in which every item is a link, all to one page.
 */
export type RuleKind =
  | "tag"
  | "class"
  | "attribute"
  | "href"
  | "link"
  | "line"
  | "begin"
  | "end"
  | "stray"
  | "prefix"
  | "above-contents"
  | "contents";

/** One thing that software adds to posts and that is not the post. */
export interface BoilerplateRule {
  readonly id: string;
  readonly kind: RuleKind;
  readonly rule: RegExp;
  /** Who writes it, or what would look like it and must stay. */
  readonly why: string;
}
