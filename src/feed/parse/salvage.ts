import { setImmediate as nextTurn } from "node:timers/promises";
import type { DraftEntry, DraftFeed } from "./draft.ts";
import { MarkupScanner, tagNameAt } from "./markup-scanner.ts";
import { NO_PACE } from "./pace.ts";
import type { PreparedXml } from "./prepare.ts";
import { repairReferences } from "./repair.ts";
import { endOfOpaque } from "./wrap-markup.ts";

/** After so many entries other work gets its turn. */
const entriesPerTurn = 100;

type ReadXml = (prepared: PreparedXml) => Promise<DraftFeed | null>;

/**
 * Reads a document that no parser takes as a whole: each entry alone, its tags balanced, so that one broken entry costs at most
 * itself. Null when none can be read.
 */
export async function salvage(prepared: PreparedXml, read: ReadXml): Promise<DraftFeed | null> {
  const entries: DraftEntry[] = [];
  for (const [index, entryXml] of prepared.entries().entries()) {
    if (index % entriesPerTurn === 0) await nextTurn();
    const alone = await readPart(prepared, entryXml, read);
    entries.push(...(alone?.entries ?? []));
  }
  if (entries.length === 0) return null;
  const head = await readPart(prepared, prepared.head(), read);
  const unknown = {
    title: { value: "", markup: "text", base: "" },
    base: "",
    links: [],
    authors: [],
    pace: NO_PACE,
  } as const;
  return { ...unknown, ...head, entries };
}

async function readPart(prepared: PreparedXml, part: string, read: ReadXml): Promise<DraftFeed | null> {
  const { root } = prepared;
  const inner = balanceTags(repairReferences(part));
  const [open, close] =
    root.kind === "rss" ? ["<channel>", "</channel>"] : [root.kind === "rdf" ? "<channel/>" : "", ""];
  return read({ ...prepared, xml: `${root.tag}${open}${inner}${close}</${root.name}>` });
}

/** Closes what stays open, reads a misspelled end tag as the end of what was opened last, and drops other stray end tags. */
function balanceTags(xml: string): string {
  const scanner = new MarkupScanner(xml);
  const stack: string[] = [];
  let balanced = "";
  let copiedTo = 0;
  let lastWasStart = false;
  for (let open = xml.indexOf("<"); open !== -1;) {
    const opaqueEnd = endOfOpaque(scanner, open);
    const closing = xml.charAt(open + 1) === "/";
    const name = opaqueEnd === null ? tagNameAt(xml, open + (closing ? 2 : 1)) : "";
    const end = name === "" ? -1 : scanner.endOfTag(open + 1 + name.length);
    if (end !== -1 && closing) {
      balanced += xml.slice(copiedTo, open) + endTags(stack, name, lastWasStart);
      copiedTo = end;
    } else if (end !== -1 && xml.charAt(end - 2) !== "/") stack.push(name);
    if (end !== -1) lastWasStart = !closing;
    open = xml.indexOf("<", Math.max(opaqueEnd ?? end, open + 1));
  }
  return balanced + xml.slice(copiedTo) + stack.toReversed().map(endTag).join("");
}

/** The end tags that stand for one as written; takes what they close from the stack. */
function endTags(stack: string[], name: string, closesLeaf: boolean): string {
  const at = stack.lastIndexOf(name);
  if (at !== -1) return stack.splice(at).toReversed().map(endTag).join("");
  return closesLeaf ? stack.splice(-1).map(endTag).join("") : "";
}

function endTag(name: string): string {
  return `</${name}>`;
}
