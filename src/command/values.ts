import { foldName } from "../feed/names.ts";

/** “a”, “b” or “c” */
export function either(values: readonly string[]): string {
  const [last = "", ...others] = values.map((value) => `“${value}”`).toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} or ${last}`;
}

/** Commas separate; without any, each word or quoted phrase stands for itself. */
export function separate(typed: readonly string[]): string[] {
  const parts = typed.some((word) => word.includes(",")) ? typed.join(" ").split(",") : typed;
  return [...new Set(parts.map((part) => part.trim()).filter((part) => foldName(part) !== ""))];
}
