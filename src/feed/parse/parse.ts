import { setImmediate as nextTurn } from "node:timers/promises";
import { decodeDocument } from "./decode.ts";
import type { DraftFeed } from "./draft.ts";
import type { FeedDocument } from "../entry.ts";
import { readForgivingly, readJson } from "./fallback.ts";
import { finishFeed } from "./finish.ts";
import { parseJsonText } from "./json-text.ts";
import { maxDocumentChars } from "./limits.ts";
import { describeDocument } from "./not-a-feed.ts";
import { type PreparedXml, prepareXml, withoutControls } from "./prepare.ts";
import { repairReferences } from "./repair.ts";
import { findRoot, type FeedRoot } from "./root.ts";
import { readXml } from "./rss.ts";
import { salvage } from "./salvage.ts";
import { cutChars } from "../text.ts";

export type ParseOutcome =
  | { readonly kind: "feed"; readonly document: FeedDocument }
  /** `reason` is for a person; `html` is the decoded text when it is an HTML page (for discovery), else null. */
  | { readonly kind: "not-a-feed"; readonly reason: string; readonly html: string | null };

export interface DocumentOrigin {
  /** Final URL after redirects: relative links are resolved against it. */
  readonly url: string;
  /** The Content-Type header as received; "" when there was none. */
  readonly contentType: string;
  /** HTTP status of the answer, to be named where the document is no feed; absent for a file. */
  readonly status?: number;
  /** False when the body was cut before its end. */
  readonly whole: boolean;
}

/**
 * Reads any RSS, Atom, RDF or JSON Feed document. Never throws for what a document says.
 *
 * A cut document yields its complete entries, with `whole` false. `whole` stays true where only references or stray marks had
 * to be escaped, which loses nothing, and is false where broken markup had to be guessed at. Waits a turn of the event loop first, so that a loop over feeds lets others work.
 */
export async function parseFeed(bytes: Buffer, about: DocumentOrigin): Promise<ParseOutcome> {
  await nextTurn();
  const decoded = withoutControls(decodeDocument(bytes, about.contentType));
  const text = cutChars(decoded, maxDocumentChars);
  const whole = about.whole && text.length === decoded.length;
  const root = findRoot(text);
  if (root.kind === "json") return readJsonDocument(bytes, text, { ...about, whole });
  if (root.kind === "rss" || root.kind === "atom" || root.kind === "rdf")
    return readXmlDocument(text, root, { ...about, whole });
  return { kind: "not-a-feed", ...describeDocument(root, bytes, text, about) };
}

async function readXmlDocument(text: string, root: FeedRoot, about: DocumentOrigin): Promise<ParseOutcome> {
  const prepared = prepareXml(text, root, true);
  if (!prepared.closed && prepared.entryCount === 0) {
    return rejected("The document ends before its first entry does; it was probably cut on its way.");
  }
  const draft = (await readLifted(prepared)) ?? (await readDraft(prepareXml(text, root)));
  if (draft === null || (draft.entries.length === 0 && prepared.entryCount > 0)) {
    return rejected("This looks like a feed, but its markup is too broken to find the entries.");
  }
  const isWhole = about.whole && prepared.closed && !draft.isGuess;
  return { kind: "feed", document: finishFeed(draft, about.url, isWhole) };
}

type Draft = DraftFeed & { readonly isGuess: boolean };

/** A document in order, which nearly all are. Null: any other way has to see its texts. */
async function readLifted(prepared: PreparedXml): Promise<Draft | null> {
  const draft = await attempt(() => readXml(prepared));
  return draft === null || draft.entries.length < prepared.entryCount ? null : { ...draft, isGuess: false };
}

/** The strict parser, once more after a repair; where entries are missing then, the forgiving one, and each entry by itself. */
async function readDraft(prepared: PreparedXml): Promise<Draft | null> {
  const strict = (await attempt(() => readXml(prepared))) ?? (await attempt(() => readXml(repaired(prepared))));
  if (strict !== null && strict.entries.length >= prepared.entryCount) return { ...strict, isGuess: false };
  const forgiving = await attempt(() => readForgivingly(repaired(prepared).xml));
  const isEnough = forgiving !== null && forgiving.entries.length >= prepared.entryCount;
  const salvaged = isEnough ? null : await salvage(prepared, (part) => attempt(() => readXml(part)));
  const guesses = [strict, forgiving, salvaged].filter((draft) => draft !== null);
  const most = guesses.toSorted((a, b) => b.entries.length - a.entries.length)[0];
  return most === undefined ? null : { ...most, isGuess: true };
}

function repaired(prepared: PreparedXml): PreparedXml {
  return { ...prepared, xml: repairReferences(prepared.xml) };
}

/** Both parsers throw whatever a document makes them throw; all of it means "not like this". */
async function attempt(read: () => DraftFeed | Promise<DraftFeed>): Promise<DraftFeed | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}

async function readJsonDocument(bytes: Buffer, text: string, about: DocumentOrigin): Promise<ParseOutcome> {
  const json = parseJsonText(text);
  const draft = json === null ? null : await attempt(() => readJson(json.value));
  const isWhole = about.whole && json?.whole === true;
  if (draft !== null) return { kind: "feed", document: finishFeed(draft, about.url, isWhole) };
  return { kind: "not-a-feed", ...describeDocument({ kind: "json" }, bytes, text, about) };
}

function rejected(reason: string): ParseOutcome {
  return { kind: "not-a-feed", reason, html: null };
}
