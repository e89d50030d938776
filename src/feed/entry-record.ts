import type { Entry } from "./entry.ts";

/** What is kept of an entry: enough for its summary, an edit check and search, and to know it in other feeds. */
export function toRecord(entry: Entry & Pick<StoredEntry, "linkKey">): string {
  return JSON.stringify(entry);
}

/** An entry as it is kept. */
export interface StoredEntry extends Entry {
  /** It came with others of an author who was new in the feed, all older than the reading before. */
  readonly joined: boolean;
  /** Of two entries of different feeds with the same one, a channel gets the first; "" where the link may stand for several. */
  readonly linkKey: string;
}

const NOTHING: StoredEntry = {
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
  joined: false,
  linkKey: "",
};

/** null for what is no record, or says nothing at all. A version that wrote less left the rest empty. */
export function fromRecord(record: string): StoredEntry | null {
  try {
    const entry = { ...NOTHING, ...(JSON.parse(record) as Partial<StoredEntry>) };
    return entry.titleRaw === "" && entry.link === "" && entry.html === "" ? null : entry;
  } catch {
    return null;
  }
}
