import { elementRules } from "./boilerplate-elements.ts";
import { lineRules } from "./boilerplate-lines.ts";
import type { BoilerplateRule, RuleKind } from "./boilerplate-rule.ts";

/** Everything that is taken out of posts, as data: a test shows for each rule what it is for. */
export const boilerplate: readonly BoilerplateRule[] = [...elementRules, ...lineRules];

export type Rules = Readonly<Record<RuleKind, readonly RegExp[]>>;

export function rulesOf(list: readonly BoilerplateRule[]): Rules {
  const of = (kind: RuleKind): readonly RegExp[] => list.filter((one) => one.kind === kind).map((one) => one.rule);
  return {
    tag: of("tag"),
    class: of("class"),
    attribute: of("attribute"),
    href: of("href"),
    link: of("link"),
    line: of("line"),
    begin: of("begin"),
    end: of("end"),
    stray: of("stray"),
    prefix: of("prefix"),
    "above-contents": of("above-contents"),
    contents: of("contents"),
  };
}

export const allRules = rulesOf(boilerplate);

/** Longer text is somebody's own. */
export const maxBoilerplateChars = 400;

export function isBoilerplate(rules: readonly RegExp[], text: string): boolean {
  return text.length <= maxBoilerplateChars && rules.some((rule) => rule.test(text));
}
