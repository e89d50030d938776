import { type DefaultTreeAdapterMap, parseFragment, type ParserError, serialize } from "parse5";
import { type Shown, Sight } from "./shown.ts";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

/** Client-server API v1.18, 11.2.1.1 "m.room.message msgtypes": elements, and the attributes that they may have. */
const allowed: ReadonlyMap<string, readonly string[]> = new Map([
  ..."del h1 h2 h3 h4 h5 h6 blockquote p ul sup sub li b i u strong em s hr br table thead tbody tr th td caption pre details summary"
    .split(" ")
    .map((name): [string, string[]] => [name, []]),
  ["a", ["href", "target"]],
  ["ol", ["start"]],
  ["code", ["class"]],
  ["span", ["data-mx-bg-color", "data-mx-color", "data-mx-spoiler", "data-mx-maths"]],
  ["div", ["data-mx-maths"]],
  ["img", ["width", "height", "alt", "title", "src"]],
]);
const MOST_NESTED = 100;
/** "The complete event MUST NOT be larger than 65536 bytes" (client-server API, "Size limits"), with what servers add. */
const MOST_BYTES = 65_536 - 4_096;

/** A Matrix event's content, its HTML read by parse5 without any forgiveness. */
export function readMatrix(rendered: string): Shown {
  const content = JSON.parse(rendered) as Readonly<Record<string, unknown>>;
  const sight = new Sight();
  const [body, html] = [String(content["body"]), String(content["formatted_body"])];
  if (Buffer.byteLength(rendered) > MOST_BYTES)
    sight.problems.push(`an event of ${String(Buffer.byteLength(rendered))} bytes`);
  if (JSON.stringify(content["m.mentions"]) !== "{}") sight.problems.push("m.mentions");
  if (!["m.text", "m.notice"].includes(String(content["msgtype"]))) sight.problems.push("msgtype");
  // Bots listen to what messages begin with, but not to notices (client-server API, "m.notice").
  if (content["msgtype"] === "m.text" && /^\s*[!/.]/.test(body))
    sight.problems.push(`begins as an order: ${body.slice(0, 40)}`);
  const onParseError = ({ code }: ParserError): void => void sight.problems.push(`HTML: ${code}`);
  const root = parseFragment(html, { onParseError });
  // parse5 names no stray or missing end tags, but it writes what it read.
  if (spelled(serialize(root)) !== spelled(html)) sight.problems.push("HTML: not read as it is written");
  check(root, 0, sight);
  const text = textOf(root);
  const quote = root.childNodes.find((node) => node.nodeName === "blockquote");
  // The body of an answer is Markdown.
  const lost = content["msgtype"] === "m.text" ? missing(text, body) : "";
  if (lost !== "") sight.problems.push(`the plain body does not say ${JSON.stringify(lost)}`);
  return sight.shown(text, quote === undefined ? "" : textOf(quote));
}

/** Each character in one of the ways in which HTML may write it. */
function spelled(html: string): string {
  return html
    .replaceAll(/&#x26;|&amp;/gi, "&amp;")
    .replaceAll(/&#x3c;|&lt;/gi, "&lt;")
    .replaceAll(/&#x22;|&quot;/gi, '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&gt;", ">")
    .replaceAll("&nbsp;", "\u00a0");
}

function check(node: Node, depth: number, sight: Sight): void {
  if (depth > MOST_NESTED) sight.problems.push("nested too deep");
  if (node.nodeName === "#comment" || node.nodeName === "#documentType") sight.problems.push(node.nodeName);
  if ("tagName" in node) checkElement(node, sight);
  if ("childNodes" in node) for (const child of node.childNodes) check(child, depth + 1, sight);
}

function checkElement(element: Element, sight: Sight): void {
  const { tagName, attrs } = element;
  const names = allowed.get(tagName);
  if (names === undefined) sight.problems.push(`<${tagName}>`);
  for (const { name } of attrs) if (names?.includes(name) === false) sight.problems.push(`<${tagName} ${name}>`);
  const of = (name: string): string => attrs.find((one) => one.name === name)?.value ?? "";
  if (tagName === "code") {
    sight.codes.push(textOf(element));
    if (of("class") !== "" && !/^language-[^\s]+$/.test(of("class"))) sight.problems.push(`class ${of("class")}`);
  }
  // Anything else than media of a homeserver tells the sender who reads ("m.room.message msgtypes": `src` must be a Matrix content URI).
  if (tagName === "img" && !of("src").startsWith("mxc://")) sight.problems.push(`<img src="${of("src")}">`);
  if (tagName !== "a") return;
  if (!/^(?:https?|ftp|mailto|magnet):/i.test(of("href"))) sight.problems.push(`href ${of("href")}`);
  // Clients draw these as the names of people and rooms.
  if (/^(?:https?:\/\/(?:[^/]*\.)?matrix\.to(?:[:/]|$)|matrix:)/i.test(of("href"))) sight.mentions.push(of("href"));
  sight.links.push({ label: textOf(element), url: of("href") });
}

const blocks = new Set("p div blockquote ul ol li pre table thead tbody tr th td hr h1 h2 h3 h4 h5 h6".split(" "));

function textOf(node: Node): string {
  if ("value" in node) return node.value;
  if (!("childNodes" in node)) return "";
  const text = node.childNodes.map(textOf).join("");
  if (node.nodeName === "br") return "\n";
  return blocks.has(node.nodeName) ? `${text}\n` : text;
}

/** The first word of the HTML that the plain body lacks; words are looked for in their order. */
function missing(html: string, body: string): string {
  let at = 0;
  for (const word of html.split(/\s+/)) {
    const found = body.indexOf(word, at);
    if (found === -1) return word;
    at = found + word.length;
  }
  return "";
}
