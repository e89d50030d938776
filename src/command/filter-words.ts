import type { Rules } from "../follow/filter.ts";

/** "only authors: Ada", "without words: nightly". */
export function ruleWords(what: string, rules: Rules): string[] {
  const parts: string[] = [];
  if (rules.include.length > 0) parts.push(`only ${what}: ${rules.include.join(", ")}`);
  if (rules.exclude.length > 0) parts.push(`without ${what}: ${rules.exclude.join(", ")}`);
  return parts;
}
