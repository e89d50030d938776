import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { understandEntries } from "../../src/feed/authors.ts";
import type { Entry } from "../../src/feed/entry.ts";
import { parseFeed } from "../../src/feed/parse/parse.ts";

export async function readBytes(corpus: string, path: string): Promise<Buffer> {
  return readFile(join(corpus, path));
}

/** What ours understands of a document; nothing where it is no feed. */
export async function understand(document: Buffer, contentType = ""): Promise<readonly Entry[]> {
  const outcome = await parseFeed(document, { url: "https://feed.invalid/", contentType, whole: true });
  return outcome.kind === "feed" ? understandEntries(outcome.document.entries, new Set(), outcome.document) : [];
}

/** What a part of the section found. */
export interface Finding {
  readonly right: number;
  readonly of: number;
  /** A line each, with the file's name. */
  readonly misses: readonly string[];
}

export function sumOf(findings: readonly Finding[]): Finding {
  return {
    right: findings.reduce((sum, { right }) => sum + right, 0),
    of: findings.reduce((sum, { of }) => sum + of, 0),
    misses: findings.flatMap(({ misses }) => misses),
  };
}
