import type { Break, Code, Link, List, Paragraph, PhrasingContent, Root, RootContent, Text } from "mdast";

const narrowestWrap = 50;
/** A longer line was not wrapped: it is a paragraph. */
const widestWrap = 120;
const wrappedShare = 0.8;
const fullShare = 0.85;

/**
 * Text that knows no markup: paragraphs by empty lines, lists by their marks, code by its indent, addresses as links. A line end
 * within a paragraph is kept where its author made it, and not where a mail program wrapped the text.
 */
export function readPlainText(text: string): Root {
  const lines = text
    .replace(/\r\n?/g, "\n")
    .replaceAll("\t", "    ")
    .split("\n")
    .map((line) => line.trimEnd());
  const paragraphs = groupsOf(lines);
  const width = Math.max(0, ...paragraphs.flat().map((line) => line.trim().length));
  return {
    type: "root",
    children: paragraphs.flatMap((paragraph) => blocksOf(paragraph, isWrapped(paragraph, width))),
  };
}

/** Runs of lines with text. */
function groupsOf(lines: readonly string[]): string[][] {
  const groups: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === "") groups.push([]);
    else groups.at(-1)?.push(line);
  }
  return groups.filter((group) => group.length > 0);
}

const listMark = /^\s{0,8}(?:([-*+•–])|(\d{1,3})[.)])\s+(?=\S)/;

/** Whether lines end where the next word would have been too much, or within a sentence: that is a program's work. */
function isWrapped(lines: readonly string[], width: number): boolean {
  if (width < narrowestWrap || width > widestWrap) return false;
  const ends = lines.slice(1).flatMap((next, index) => {
    const line = (lines[index] ?? "").trim();
    const word = next.trim().split(" ", 1)[0] ?? "";
    const isFull = line.length + 1 + word.length > width || line.length > width * fullShare;
    return listMark.test(next) ? [] : [isFull || /^\p{Ll}/u.test(word)];
  });
  return ends.filter(Boolean).length >= ends.length * wrappedShare;
}

function blocksOf(lines: readonly string[], joins: boolean): RootContent[] {
  if (isCode(lines)) return [codeOf(lines)];
  const first = lines.findIndex((line) => listMark.test(line));
  if (first === -1 || lines.filter((line) => listMark.test(line)).length < 2) return paragraphsOf(lines, joins);
  const list = listOf(lines.slice(first), joins);
  return [...(first > 0 ? paragraphsOf(lines.slice(0, first), joins) : []), list];
}

/** Indented, two lines or more, and full of signs that prose lacks. */
function isCode(lines: readonly string[]): boolean {
  const signs = lines.filter((line) => /[{};=<>$|]|\w\(|^\s*(?:[$#>%]|\/\/|--)\s|::/.test(line));
  return lines.length > 1 && lines.every((line) => /^ {2,}\S/.test(line)) && signs.length * 2 >= lines.length;
}

function codeOf(lines: readonly string[]): Code {
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return { type: "code", value: lines.map((line) => line.slice(indent)).join("\n") };
}

/** A line without a mark belongs to the item above. */
function listOf(lines: readonly string[], joins: boolean): List {
  const items: string[][] = [];
  for (const line of lines) {
    if (listMark.test(line)) items.push([line.replace(listMark, "")]);
    else items.at(-1)?.push(line);
  }
  const [, , start] = listMark.exec(lines[0] ?? "") ?? [];
  return {
    type: "list",
    ordered: start !== undefined,
    ...(start === undefined ? {} : { start: Number(start) }),
    spread: false,
    children: items.map((item) => ({ type: "listItem", spread: false, children: [paragraphOf(item, joins)] })),
  };
}

function paragraphsOf(lines: readonly string[], joins: boolean): Paragraph[] {
  const areParagraphs = !joins && lines.some((line) => line.length > widestWrap);
  return areParagraphs ? lines.map((line) => paragraphOf([line], joins)) : [paragraphOf(lines, joins)];
}

function paragraphOf(lines: readonly string[], joins: boolean): Paragraph {
  const words = lines.map((line) => line.trim());
  if (joins) return { type: "paragraph", children: linked(words.join(" ")) };
  const end: Break = { type: "break" };
  return { type: "paragraph", children: words.flatMap((line, i) => [...(i === 0 ? [] : [end]), ...linked(line)]) };
}

/** Code between backquotes, and addresses; what ends a sentence or closes a bracket is not theirs. */
function linked(line: string): PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  let at = 0;
  for (const found of line.matchAll(
    /(?<=^|[\s(])`([^`\s](?:[^`]{0,200}[^`\s])?)`(?=$|[\s.,:;!?)])|\bhttps?:\/\/[^\s<>"”“]{3,2000}/g,
  )) {
    const node = found[1] === undefined ? linkAt(found[0]) : { type: "inlineCode" as const, value: found[1] };
    if (node === null) continue;
    if (found.index > at) nodes.push(textOf(line.slice(at, found.index)));
    nodes.push(node);
    at = found.index + (node.type === "link" ? node.url.length : found[0].length);
  }
  return at < line.length ? [...nodes, textOf(line.slice(at))] : nodes;
}

function linkAt(found: string): Link | null {
  const bare = found.replace(/[.,;:!?'’…*_~]+$/, "");
  const url = bare.includes("(") ? bare : bare.replace(/\)+[.,;:!?'’]*$/, "");
  return URL.canParse(url) ? { type: "link", url, children: [textOf(url)] } : null;
}

function textOf(value: string): Text {
  return { type: "text", value };
}
