import type { Entry } from "./entry.ts";

/** What is kept of an entry: enough for its summary, an edit check and search. */
export function toRecord(entry: Entry): string {
  return JSON.stringify(entry);
}

const NOTHING: Entry = {
  guid: "",
  link: "",
  titleRaw: "",
  title: "",
  authorRaw: "",
  author: "",
  sourceRaw: "",
  source: "",
  publishedAt: null,
  updatedAt: null,
  html: "",
  image: "",
  imageAlt: "",
  protected: false,
};

/** null for what is no record, or says nothing at all. A version that wrote less left the rest empty. */
export function fromRecord(record: string): Entry | null {
  try {
    const entry = { ...NOTHING, ...(JSON.parse(record) as Partial<Entry>) };
    return entry.titleRaw === "" && entry.link === "" && entry.html === "" ? null : entry;
  } catch {
    return null;
  }
}
