import type { Entry } from "./entry.ts";

const MAX_STORED_CHARS = 20_000;

/** What is kept of an entry: enough for its summary, an edit check and search. */
export function toRecord(entry: Entry): string {
  return JSON.stringify({ ...entry, html: entry.html.slice(0, MAX_STORED_CHARS) });
}

export function fromRecord(record: string): Entry {
  return JSON.parse(record) as Entry;
}
