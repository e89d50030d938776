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

/** Why a document is no feed, in a person's words. */
export function describeDocument(
  root: DocumentRoot,
  bytes: Buffer,
  text: string,
  contentType: string,
): { readonly reason: string; readonly html: string | null } {
  if (text.trim() === "") return { reason: "The answer is empty.", html: null };
  const details = [contentType.split(";")[0]?.trim() ?? "", sizeOf(bytes.length)]
    .filter((part) => part !== "")
    .join(", ");
  if (root.kind === "html") {
    const login = /<input[^<>]{0,500}type\s{0,4}=\s{0,4}["']?password/i.test(text) ? " that asks for a login" : "";
    return { reason: `This is an HTML page${login} (${details}), not a feed.`, html: text };
  }
  return { reason: `This is ${kindOf(root, bytes)} (${details}), not a feed.`, html: null };
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
