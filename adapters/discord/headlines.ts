import { headline } from "../../src/summary/headline.ts";

/** As Discord returns them, too. */
interface Part {
  readonly content?: string;
  readonly components?: readonly Part[];
}

/** The parts of a card as render.ts writes them: a post ends with a small line, a digest has a line for each entry, a notice is words. */
export function headlinesOf(components: readonly object[]): readonly string[] {
  const card = (components as readonly Part[]).find((one) => one.components !== undefined);
  const texts = textsOf(card?.components ?? []);
  const [first = ""] = texts;
  if (texts.length > 1 && texts.at(-1)?.startsWith("-# ") === true) {
    const title = first.split("\n").find((line) => line.startsWith("### ")) ?? "";
    return [headlineOf(title.slice("### ".length))];
  }
  const rows = first.split("\n").filter((line) => line.startsWith("- "));
  return rows.length > 0 ? rows.map((row) => headlineOf(row.slice("- ".length))) : [headline(null, first)];
}

function textsOf(parts: readonly Part[]): string[] {
  return parts.flatMap(({ content, components }) => [
    ...(content === undefined ? [] : [content]),
    ...textsOf(components ?? []),
  ]);
}

/** `[title](link)` or the title alone, as `maskedLink` writes them: there is no bracket in a link. */
function headlineOf(line: string): string {
  return headline(/\]\(([^()]+)\)$/.exec(line)?.[1] ?? null, line);
}
