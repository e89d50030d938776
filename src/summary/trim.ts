import type { Heading, List, Paragraph, Parents, PhrasingContent, Root, RootContent } from "mdast";
import { SKIP, visit } from "./visit.ts";
import { foldSpace } from "../feed/text.ts";
import { isBoilerplate, type Rules } from "./boilerplate.ts";
import { toPlainText } from "./markdown.ts";
import { dropEmpty } from "./tidy.ts";

/** Takes out the links, lines and lists that rules name, in place. */
export function trimTree(root: Root, rules: Rules): void {
  visit(root, (node, index, parent) => {
    if (parent === undefined || index === undefined) return undefined;
    if (node.type === "list" && isContents(node, rules)) return withoutContents(parent, index, rules);
    if (node.type !== "paragraph" && node.type !== "heading") return undefined;
    node.children = withoutLinks(node.children, rules);
    return isLine(node, rules.line) || isLead(node, rules) || isStray(node, rules) ? removed(parent, index) : undefined;
  });
  dropEmpty(root);
  trimBegin(root, rules);
  trimEnd(root, rules);
}

function withoutContents(parent: Parents, index: number, rules: Rules): [typeof SKIP, number] {
  const above = parent.children[index - 1];
  const isTitle = above !== undefined && isBoilerplate(rules["above-contents"], lineText(above));
  parent.children.splice(isTitle ? index - 1 : index, isTitle ? 2 : 1);
  return [SKIP, isTitle ? index - 1 : index];
}

function removed(parent: Parents, index: number): [typeof SKIP, number] {
  parent.children.splice(index, 1);
  return [SKIP, index];
}

function isLine(block: Paragraph | Heading, rules: readonly RegExp[]): boolean {
  const text = lineText(block);
  return isSeparator(text) || isBoilerplate(rules, text);
}

/** A link that is a line of its own, or was one before its address was lost; a sentence ends otherwise. */
function isLead(block: Paragraph | Heading, rules: Rules): boolean {
  const isLink = block.children.every((child) => child.type === "link" || isSeparator(toPlainText(child)));
  const text = lineText(block);
  return (isLink || !/[^.][.!?]$/.test(text)) && isBoilerplate(rules.link, text);
}

function isStray(block: Paragraph | Heading, rules: Rules): boolean {
  const text = lineText(block);
  return rules.stray.some((rule) => rule.test(text));
}

function lineText(node: RootContent | PhrasingContent): string {
  return foldSpace(toPlainText(node));
}

/** "* * *", "|": what remains between things that were taken out, or a rule drawn by hand. An ellipsis says something. */
function isSeparator(text: string): boolean {
  return /^[\s\-–—=_*~#|·•+.:/\\<>»«,()[\]]*$/.test(text) && !/\.\.|^[<>]?[:;]/.test(text);
}

/** Without the links that stand apart and lead elsewhere. One within a sentence is a part of it. */
function withoutLinks(nodes: readonly PhrasingContent[], rules: Rules): PhrasingContent[] {
  const kept = nodes.filter((node, index) => {
    if (node.type !== "link" || !isBoilerplate(rules.link, lineText(node))) return true;
    const before = lineBefore(nodes.slice(0, index));
    const behind = lineBefore(nodes.slice(index + 1).toReversed()).toReversed();
    return !(isRow([...before, ...behind]) || (isEndBefore(textOf(before)) && isStartBehind(textOf(behind))));
  });
  const last = kept.at(-1);
  if (kept.length < nodes.length && last?.type === "text") last.value = last.value.replace(/\s[|·•–—-]\s*$/, "");
  return kept;
}

/** The nodes behind the last line break. */
function lineBefore(nodes: readonly PhrasingContent[]): readonly PhrasingContent[] {
  return nodes.slice(nodes.findLastIndex((node) => node.type === "break") + 1);
}

function textOf(nodes: readonly PhrasingContent[]): string {
  return foldSpace(nodes.map(toPlainText).join(""));
}

/** Links with nothing but signs between them. */
function isRow(nodes: readonly PhrasingContent[]): boolean {
  return nodes.every((node) => node.type === "link" || isSeparator(toPlainText(node)));
}

function isEndBefore(text: string): boolean {
  return text === "" || /(?:[.!?…。！？।:|·•–—»\]-]|["”’)]|\p{Extended_Pictographic}|\d [|·•])[\s[(]*$/u.test(text);
}

function isStartBehind(text: string): boolean {
  return text === "" || /^[\s\p{P}\p{S}]{0,12}$/u.test(text) || /^[|·•–—\])]/.test(text);
}

/** A list of three links or more into one page. */
function isContents(list: List, rules: Rules): boolean {
  const urls = list.children.flatMap((item) => itemUrls(item.children));
  const pages = new Set(urls.map((url) => url.split("#")[0]));
  return (
    urls.length >= 3 &&
    pages.size === 1 &&
    urls.every((url) => url.length < 400 && rules.contents.some((rule) => rule.test(url)))
  );
}

/** The addresses of an item that is nothing but a link, and of those below it; "" for one that is more. */
function itemUrls(blocks: readonly RootContent[]): string[] {
  return blocks.flatMap((block) => {
    if (block.type === "list") return block.children.flatMap((item) => itemUrls(item.children));
    const link = block.type === "paragraph" && block.children.length === 1 ? block.children[0] : undefined;
    return [link?.type === "link" ? link.url : ""];
  });
}

function trimBegin(root: Root, rules: Rules): void {
  for (;;) {
    const [first] = root.children;
    if (first?.type !== "paragraph" && first?.type !== "heading") return;
    if (!isLine(first, rules.begin)) {
      cutPrefix(first, rules);
      return;
    }
    root.children.shift();
  }
}

/** The words of the first two lines at most: where a line ends is chance. */
function cutPrefix(block: Paragraph | Heading, rules: Rules): void {
  const [first, second, third] = block.children;
  if (first?.type !== "text") return;
  const goesOn = second?.type === "break" && third?.type === "text";
  const text = goesOn ? `${first.value.trim()} ${third.value.trimStart()}` : first.value.trimStart();
  const rest = rules.prefix.reduce((left, rule) => left.replace(rule, ""), text);
  if (rest === text) return;
  block.children = [{ type: "text", value: rest }, ...block.children.slice(goesOn ? 3 : 1)];
}

/** Takes lines off the end: blocks, items of a last list, and the last line of a last paragraph. */
function trimEnd(root: Root, rules: Rules): void {
  while (endsWithBoilerplate(root.children, rules));
  // A heading without anything below says nothing, unless it is a sentence; a post of headings alone does.
  const lastText = root.children.findLastIndex((block) => block.type !== "heading" || isSentence(lineText(block)));
  if (lastText !== -1) root.children.splice(lastText + 1);
}

function isSentence(text: string): boolean {
  return text.length > 60 || /[.!?…]$/.test(text);
}

/** Whether something was taken from the end of these blocks. */
function endsWithBoilerplate(blocks: RootContent[], rules: Rules): boolean {
  const last = blocks.at(-1);
  if (last?.type === "list") {
    const item = last.children.at(-1);
    const isEnd = item === undefined || item.children.length === 0 || endsWithBoilerplate(item.children, rules);
    if (isEnd && (item === undefined || item.children.length === 0)) last.children.pop();
    if (last.children.length === 0) blocks.pop();
    return isEnd;
  }
  if (last?.type !== "paragraph" && last?.type !== "heading") return false;
  if (isLine(last, rules.end)) {
    blocks.pop();
    return true;
  }
  return endsWithLine(last, rules);
}

/** All such lines at once: a block of thousands would otherwise be read thousands of times. */
function endsWithLine(block: Paragraph | Heading, rules: Rules): boolean {
  const before = block.children.length;
  let end = before;
  for (let at = breakBefore(block, end); at > 0; at = breakBefore(block, end)) {
    const line: Paragraph = { type: "paragraph", children: block.children.slice(at + 1, end) };
    if (!isLine(line, [...rules.end, ...rules.line]) && !isLead(line, rules)) break;
    end = at;
  }
  block.children = block.children.slice(0, end);
  return end < before;
}

/** Where the last line break before `end` is; -1 where there is none. */
function breakBefore(block: Paragraph | Heading, end: number): number {
  let at = end - 1;
  while (at >= 0 && block.children[at]?.type !== "break") at -= 1;
  return at;
}
