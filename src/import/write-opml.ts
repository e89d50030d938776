import { SETTINGS_ATTRIBUTE } from "./list-limits.ts";

/** A follow as it is exported. */
export interface ExportedFeed {
  readonly url: string;
  readonly title: string;
  /** What the channel has decided about it; goes through JSON. */
  readonly settings: unknown;
}

export interface ExportHead {
  readonly title: string;
  readonly createdAt: Date;
}

/**
 * OPML 2.0 (http://opml.org/spec2.opml). Every reader understands `type`, `text` and `xmlUrl`; attributes of a namespace are
 * allowed and left alone by all that do not know them.
 */
export function writeOpml(head: ExportHead, feeds: readonly ExportedFeed[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<opml version="2.0" xmlns:planetwire="urn:planetwire:opml">',
    "  <head>",
    `    <title>${escaped(head.title)}</title>`,
    `    <dateCreated>${head.createdAt.toUTCString()}</dateCreated>`,
    "  </head>",
    "  <body>",
    ...feeds.map((feed) => `    ${outline(feed)}`),
    "  </body>",
    "</opml>",
    "",
  ].join("\n");
}

function outline({ url, title, settings }: ExportedFeed): string {
  const name = escaped(title || url);
  const json = escaped(asciiControls(JSON.stringify(settings)));
  return `<outline type="rss" text="${name}" title="${name}" xmlUrl="${escaped(url)}" ${SETTINGS_ATTRIBUTE}="${json}"/>`;
}

/** What XML cannot hold, in JSON's own way of writing it, so that it comes back as it was. */
function asciiControls(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const REFERENCES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** As text and as an attribute. What is no character of XML (https://www.w3.org/TR/xml/#charsets) is left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\t\n\r]/g, " ")
    .replaceAll(/[\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "")
    .replaceAll(/[&<>"]/g, (character) => REFERENCES[character] ?? character);
}
