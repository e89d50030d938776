import { characterOf, namedCharacter } from "./entities.ts";

/**
 * Makes the references of an XML document well-formed: a bare `&` is escaped, HTML names become characters, references to
 * what is no character go, a surrogate pair in two references becomes its character. CDATA sections stay as they are.
 */
export function repairReferences(xml: string): string {
  const [first = "", ...rest] = xml.split("<![CDATA[");
  const parts = rest.map((part) => {
    const end = part.indexOf("]]>");
    return end === -1 ? part : `${part.slice(0, end + 3)}${repairText(part.slice(end + 3))}`;
  });
  return [repairText(first), ...parts].join("<![CDATA[");
}

const surrogatePair = /&#(5[5-6]\d{3});&#(5[6-7]\d{3});/g;
const reference = /&(?:#(\d{1,8});|#[xX]([\da-fA-F]{1,8});|([a-zA-Z][\w.-]{0,31});)?/g;
const xmlNames = new Set(["amp", "lt", "gt", "quot", "apos"]);

function repairText(text: string): string {
  if (!text.includes("&")) return text;
  return text
    .replace(surrogatePair, (_, high: string, low: string) => String.fromCharCode(Number(high), Number(low)))
    .replace(reference, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return xmlNames.has(name) ? whole : escapeXml(namedCharacter(name) ?? `&${name};`);
      if (decimal === undefined && hex === undefined) return "&amp;";
      return escapeXml(characterOf(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal)));
    });
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
