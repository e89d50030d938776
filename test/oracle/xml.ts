/** An element of a well-formed document. Names keep their prefix as written: the conventional prefixes of feeds are enough here. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All character data inside, in document order, entities decoded once. */
  readonly text: string;
  /** Byte offsets of the element's markup in the document. */
  readonly startByte: number;
  readonly endByte: number;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly text: string[];
  readonly startByte: number;
}

interface Step {
  readonly nextByte: number;
  readonly closed?: XmlElement;
}

const entityNames = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00a0"],
]);

/** Unknown entities stay as they are written. */
export function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return entityNames.get(name) ?? whole;
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}

/**
 * Reads a well-formed UTF-8 document without internal DTD. Throws on anything else: what the oracle cannot read it must not
 * judge. Works on one character per byte, so that every offset is a byte offset.
 */
export function readXml(document: Buffer): XmlElement {
  const source = document.toString("latin1");
  const open: OpenElement[] = [];
  let byte = 0;
  for (;;) {
    const tag = source.indexOf("<", byte);
    if (tag === -1) throw new Error(`the document ends inside <${open.at(-1)?.name ?? ""}>`);
    addText(open, decodeEntities(utf8(source.slice(byte, tag))));
    const step =
      source[tag + 1] === "!" || source[tag + 1] === "?"
        ? readDeclaration(source, tag, open)
        : readTag(source, tag, open);
    byte = step.nextByte;
    if (step.closed === undefined) continue;
    const parent = open.at(-1);
    if (parent === undefined) return step.closed;
    parent.children.push(step.closed);
    parent.text.push(step.closed.text);
  }
}

function readDeclaration(source: string, start: number, open: readonly OpenElement[]): Step {
  if (source.startsWith("<![CDATA[", start)) {
    const end = find(source, "]]>", start);
    addText(open, utf8(source.slice(start + "<![CDATA[".length, end)));
    return { nextByte: end + "]]>".length };
  }
  const closer = source.startsWith("<!--", start) ? "-->" : source.startsWith("<?", start) ? "?>" : ">";
  return { nextByte: find(source, closer, start) + closer.length };
}

function readTag(source: string, start: number, open: OpenElement[]): Step {
  const end = endOfTag(source, start);
  const nextByte = end + 1;
  if (source[start + 1] === "/") {
    const element = open.pop();
    const name = source.slice(start + 2, end).trim();
    if (element?.name !== name) throw new Error(`</${name}> at byte ${start} closes <${element?.name ?? ""}>`);
    return { nextByte, closed: finish(element, nextByte) };
  }
  const empty = source[end - 1] === "/";
  const inside = utf8(source.slice(start + 1, empty ? end - 1 : end));
  const name = /^[^\s/]+/.exec(inside)?.[0] ?? "";
  const element = {
    name,
    attributes: readAttributes(inside),
    children: [],
    text: [],
    startByte: start,
  };
  if (empty) return { nextByte, closed: finish(element, nextByte) };
  open.push(element);
  return { nextByte };
}

function readAttributes(inside: string): Map<string, string> {
  const pairs = inside.matchAll(/\s([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return new Map([...pairs].map(([, name = "", double, single]) => [name, decodeEntities(double ?? single ?? "")]));
}

function endOfTag(source: string, start: number): number {
  let quote = "";
  for (let at = start; at < source.length; at++) {
    const character = source[at] ?? "";
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === ">") return at;
    else if (character === '"' || character === "'") quote = character;
  }
  throw new Error(`the tag at byte ${start} does not end`);
}

function finish(element: OpenElement, endByte: number): XmlElement {
  return { ...element, text: element.text.join(""), endByte };
}

function addText(open: readonly OpenElement[], text: string): void {
  open.at(-1)?.text.push(text);
}

function find(source: string, what: string, from: number): number {
  const at = source.indexOf(what, from);
  if (at === -1) throw new Error(`no ${what} after byte ${from}`);
  return at;
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
