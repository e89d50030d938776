/**
 * What the feed says of one entry, as plain as it can be had: the parser's answer before any judgement.
 * Identity is taken from this, never from what was learned later, so that learning cannot make an old entry look new.
 */
export interface RawEntry {
  /** guid / id / rdf:about as written, trimmed; "" when the entry has none. */
  readonly guid: string;
  /** Absolute URL of the entry's page; "" when there is none. */
  readonly link: string;
  /** Title as text: tags stripped, entities decoded, white space folded. "" when there is none. */
  readonly titleRaw: string;
  /** Author named by the entry itself (author, dc:creator, atom:author, JSON Feed authors), cleaned; "" when none. */
  readonly authorRaw: string;
  /** Title of the entry's `source` element (a planet's member blog); "" when none. */
  readonly sourceRaw: string;
  /** ISO 8601 in UTC, or null when the feed gives no date that can be read. */
  readonly publishedAt: string | null;
  readonly updatedAt: string | null;
  /** The fullest content as HTML, links absolute, at most `maxContentChars` long; "" when there is none. */
  readonly html: string;
  /** Characters of the whole content, where `html` is only its beginning. */
  readonly htmlChars?: number;
  /** Lead image named by the feed itself (enclosure, media:*, itunes:image); "" when none. */
  readonly image: string;
  /** What the feed says of that image (media:description, media:title); "" when nothing. */
  readonly imageAlt: string;
}

/** An entry as people know it: the author understood, the prefix of a planet's title dropped. */
export interface Entry extends RawEntry {
  readonly title: string;
  readonly author: string;
  readonly source: string;
  /** A post behind a password: its text is a form, not content. */
  readonly protected: boolean;
}

/** When a document asks not to be read, in UTC (RSS 2.0 `skipHours`, `skipDays`); never all hours or all days. */
export interface SkipTimes {
  /** 0 to 23. */
  readonly hours: readonly number[];
  /** 0 is Sunday. */
  readonly days: readonly number[];
}

/** A feed document, parsed. */
export interface FeedDocument {
  readonly title: string;
  /** The site the feed belongs to; "" when not named. */
  readonly siteUrl: string;
  /** In document order. */
  readonly entries: readonly RawEntry[];
  /** False when the document was cut or had to be repaired: then nobody may conclude that what is absent is gone. */
  readonly whole: boolean;
  /** For how long the document says that it need not be asked again (`ttl`, `sy:`); null when it asks nothing. */
  readonly ttlSeconds: number | null;
  readonly skip: SkipTimes;
}

/** Bump when the parser or the identity keys change what they make of the same bytes: every feed is then read once in full. */
export const READING_VERSION = 2;
