/**
 * How much of a document is read, so that a hostile one costs little more than an honest one of its size. Lengths are in UTF-16
 * units. What lies beyond is left out; where that may be an entry, the document is not whole.
 */

/** Of a document. */
export const maxDocumentChars = 8 * 1_024 * 1_024;
/** Entries of a document, before the newest are chosen. */
export const maxEntriesRead = 20_000;
/** Of one run of text, many times what is kept of a content. */
export const maxTextChars = 512 * 1_024;
/** Of one entry, after its long texts were cut; the rest of it is left out. */
export const maxEntryChars = 2 * 1_024 * 1_024;
/** Elements within elements; deeper ones are read as text. */
export const maxDepth = 256;
/** Times that another `<` may stand inside one tag before it is none. */
export const maxInnerOpens = 8;
/** Searches for an end tag that may fail before the rest of a document is taken as it is. */
export const maxFailedWraps = 6;
