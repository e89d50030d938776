import { type OracleEntry, readEntries } from "../oracle/read.ts";

/** Link of the entry that closes a replay: once it is posted, everything before it is decided. */
export const lastLink = "http://replay.example/the-end";

/**
 * The documents of a feed that grows by one entry at a time: first the older half of the given document's entries, last the
 * document itself. Each keeps the document's own bytes but for the entries cut out, and so their places among each other.
 */
export function growing(document: Buffer): readonly Buffer[] {
  const entries = readEntries(document);
  const oldestFirst = entries.toReversed().toSorted((one, other) => (one.dateMs ?? 0) - (other.dateMs ?? 0));
  const states: Buffer[] = [];
  for (let kept = Math.ceil(entries.length / 2); kept <= entries.length; kept++) {
    const left = new Set(oldestFirst.slice(kept));
    states.push(
      cutOut(
        document,
        entries.filter((entry) => left.has(entry)),
      ),
    );
  }
  return states;
}

function cutOut(document: Buffer, entries: readonly OracleEntry[]): Buffer {
  const pieces: Buffer[] = [];
  let byte = 0;
  for (const { startByte, endByte } of entries) {
    pieces.push(document.subarray(byte, startByte));
    byte = endByte;
  }
  return Buffer.concat([...pieces, document.subarray(byte)]);
}

/** The document with one entry more, its newest: the one with `lastLink`. */
export function withLastEntry(document: Buffer): Buffer {
  const isAtom = document.includes("</feed>");
  const isRdf = document.includes("</rdf:RDF>");
  const closer = isAtom ? "</feed>" : isRdf ? "</rdf:RDF>" : "</channel>";
  const at = readEntries(document)[0]?.startByte ?? document.lastIndexOf(closer);
  const entry = isAtom ? atomEntry() : rssItem(isRdf);
  return Buffer.concat([document.subarray(0, at), Buffer.from(entry), document.subarray(at)]);
}

function atomEntry(): string {
  const date = new Date().toISOString();
  const link = `<link rel="alternate" href="${lastLink}"/>`;
  return `<entry><id>${lastLink}</id><title>The end</title>${link}<updated>${date}</updated><published>${date}</published></entry>\n`;
}

function rssItem(isRdf: boolean): string {
  const common = `<title>The end</title><link>${lastLink}</link>`;
  const date = new Date();
  if (isRdf) return `<item rdf:about="${lastLink}">${common}<dc:date>${date.toISOString()}</dc:date></item>\n`;
  return `<item>${common}<guid>${lastLink}</guid><pubDate>${date.toUTCString()}</pubDate></item>\n`;
}
