import { headline } from "../../src/summary/headline.ts";

/** As Slack returns them, too. */
interface Part {
  readonly type?: string;
  readonly text?: unknown;
  readonly url?: string;
  readonly elements?: readonly Part[];
}

const CALLS = new Set(["user", "usergroup", "broadcast"]);

/** The blocks of a message as message.ts writes them: a post has a foot, a digest is one block with a list for each author, a notice is words. */
export function headlinesOf(blocks: readonly unknown[]): readonly string[] {
  const parts = (blocks as readonly Part[]).filter((block) => !isCall(block));
  const rich = parts.filter(({ type }) => type === "rich_text");
  if (parts.some(({ type }) => type === "context"))
    return rich.slice(0, 1).map(({ elements }) => headlineOf(elements?.[0]));
  const rows = rich.flatMap(({ elements = [] }) =>
    elements.filter(({ type }) => type === "rich_text_list").flatMap((list) => list.elements ?? []),
  );
  return rows.length > 0 ? rows.map(headlineOf) : rich.slice(0, 1).map(({ elements }) => headlineOf(elements?.[0]));
}

/** Whom a message calls stands in a block of its own. */
function isCall({ elements = [] }: Part): boolean {
  const inner = elements.length === 1 ? (elements[0]?.elements ?? []) : [];
  return inner.length === 1 && CALLS.has(inner[0]?.type ?? "");
}

function headlineOf(section: Part | undefined): string {
  const inlines = section?.elements ?? [];
  const link = inlines.find(({ type }) => type === "link");
  return headline(link?.url ?? null, inlines.map(({ text }) => (typeof text === "string" ? text : "")).join(""));
}
