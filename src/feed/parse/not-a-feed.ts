import type { DocumentRoot } from "./root.ts";

const knownNames: ReadonlyMap<string, string> = new Map([
  ["opml", "a list of feeds (OPML)"],
  ["urlset", "a sitemap"],
  ["sitemapindex", "a sitemap index"],
  ["envelope", "an answer of a SOAP service"],
  ["svg", "a picture (SVG)"],
  ["error", "an error message in XML"],
  ["html", "an HTML page"],
]);

/** First bytes, in hexadecimal, of what servers send by mistake. */
const signatures: readonly (readonly [string, string])[] = [
  ["1f8b", "compressed data (gzip)"],
  ["504b0304", "a ZIP archive"],
  ["89504e47", "a picture (PNG)"],
  ["ffd8ff", "a picture (JPEG)"],
  ["47494638", "a picture (GIF)"],
  ["25504446", "a PDF document"],
];

/** What is known of the answer besides its body; without a status where it is no answer but a file. */
interface AnswerHead {
  readonly contentType: string;
  readonly status?: number;
}

/** Pages in place of the one that was asked for, by what only they contain; each is looked for in the first 64 KB. */
const pages: readonly (readonly [RegExp, string])[] = [
  [/<input[^<>]{0,500}type\s{0,4}=\s{0,4}["']?password/i, "an HTML page that asks for a login"],
  [
    /challenges\.cloudflare\.com|\/cdn-cgi\/challenge-platform|<title>(?:just a moment|attention required! \| cloudflare)/i,
    "a page by which Cloudflare keeps out what is no browser",
  ],
  [
    /<title>(?:making sure you(?:&#39;|')re not a bot|ddos-guard|checking your browser|one moment, please|are you a robot)/i,
    "a page that keeps out what is no browser",
  ],
  [
    /<title>(?:account suspended|domain (?:is )?for sale|[^<]{0,80} is for sale<|index of \/)/i,
    "a page in place of the site",
  ],
];
const searchChars = 65_536;

/** Why a document is no feed, in a person's words, with status, type and size of the answer. */
export function describeDocument(
  root: DocumentRoot,
  bytes: Buffer,
  text: string,
  { contentType, status }: AnswerHead,
): { readonly reason: string; readonly html: string | null } {
  const type = contentType.split(";")[0]?.trim().slice(0, 100) ?? "";
  const details = [status === undefined ? "" : `status ${status}`, type, sizeOf(bytes.length)]
    .filter((part) => part !== "")
    .join(", ");
  if (text.trim() === "") return { reason: `The answer is empty (${details}).`, html: null };
  const what = root.kind === "html" ? pageOf(text.slice(0, searchChars)) : kindOf(root, bytes);
  return { reason: `This is ${what} (${details}), not a feed.`, html: root.kind === "html" ? text : null };
}

function pageOf(start: string): string {
  return pages.find(([pattern]) => pattern.test(start))?.[1] ?? "an HTML page";
}

function kindOf(root: DocumentRoot, bytes: Buffer): string {
  const start = bytes.subarray(0, 8).toString("hex");
  const signature = signatures.find(([prefix]) => start.startsWith(prefix));
  if (signature !== undefined) return signature[1];
  if (root.kind === "json") return "JSON, but no JSON Feed";
  if (root.kind !== "other") return "text without any feed in it";
  const local = root.name.slice(root.name.indexOf(":") + 1);
  return knownNames.get(local.toLowerCase()) ?? `an XML document of another kind (<${local}>)`;
}

function sizeOf(byteCount: number): string {
  return byteCount < 1_024 ? `${byteCount} bytes` : `${Math.round(byteCount / 1_024)} KB`;
}
