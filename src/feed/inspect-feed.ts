import { readFile } from "node:fs/promises";
import { understandEntries } from "./authors.ts";
import type { Entry } from "./entry.ts";
import { createFetcher, type FetcherOptions } from "./fetch/fetch.ts";
import type { FetchOutcome, HostGate } from "./fetch/outcome.ts";
import { parseFeed, type DocumentOrigin } from "./parse/parse.ts";

export interface Inspection {
  /** In document order. */
  readonly entries: readonly Entry[];
  /** What is wrong, for a person; null when nothing is. Entries may have been read all the same. */
  readonly problem: string | null;
}

/** What Planetwire understands of a feed that lies in a file. Links are resolved against `https://feed.invalid/`. */
export async function inspectFile(path: string, contentType: string): Promise<Inspection> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return failed(`The file ${path} cannot be read${code}.`);
  }
  return inspectDocument(bytes, { url: "https://feed.invalid/", contentType, whole: true });
}

/** What Planetwire understands of a feed at an address. `contentType` stands in for the server's where it is not "". */
export async function inspectUrl(url: string, contentType: string, options: FetcherOptions): Promise<Inspection> {
  const fetcher = createFetcher(options);
  try {
    const outcome = await fetcher.fetch({ url, validators: null }, openGate, new AbortController().signal);
    if (outcome.kind !== "modified") return failed(describeFailure(outcome));
    const { body, url: finalUrl, whole, status } = outcome;
    const origin = { url: finalUrl, contentType: contentType || outcome.contentType, status, whole };
    return await inspectDocument(body, origin);
  } finally {
    await fetcher.close();
  }
}

async function inspectDocument(bytes: Buffer, origin: DocumentOrigin): Promise<Inspection> {
  const outcome = await parseFeed(bytes, origin);
  if (outcome.kind === "not-a-feed") return failed(outcome.reason);
  const { document } = outcome;
  const { entries, whole } = document;
  const problem = whole ? null : "The document was cut or is broken: only the entries above could be read.";
  return { entries: understandEntries(entries, new Set(), document), problem };
}

/** One person asks for one document: there is nobody to take turns with. */
const openGate: HostGate = async () => async () => {};

function describeFailure(outcome: Exclude<FetchOutcome, { kind: "modified" }>): string {
  if (outcome.kind === "refused" || outcome.kind === "try-later") return outcome.reason;
  if (outcome.kind === "gone") return "The feed is gone for good (410).";
  return "The server gave no document.";
}

function failed(problem: string): Inspection {
  return { entries: [], problem };
}
