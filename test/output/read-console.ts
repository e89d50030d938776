import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { visit } from "unist-util-visit";
import type { TranscriptMessage } from "../../adapters/console/message.ts";
import { type Shown, Sight } from "./shown.ts";

/** A line of a transcript: a title, a line of names, Markdown (CommonMark and `~~`), a line with the address. */
export function readConsole(rendered: string): Shown {
  const message = JSON.parse(rendered) as TranscriptMessage;
  const sight = new Sight();
  const lines = message.text.split("\n");
  const [entry] = message.entries;
  const head = entry === undefined || message.kind !== "post" ? lines.length : message.feed === "" ? 1 : 2;
  const hasFoot = entry !== undefined && (entry.url !== "" || entry.publishedAt !== null);
  const markdown = lines.slice(head, hasFoot ? -1 : undefined).join("\n");
  const tree = fromMarkdown(withoutStrikes(markdown));
  visit(tree, (node) => {
    if (node.type === "link") sight.links.push({ label: textOf(node), url: node.url });
    if (node.type === "inlineCode" || node.type === "code") sight.codes.push(node.value);
    if (node.type === "html" || node.type === "image" || node.type === "definition")
      sight.problems.push(`Markdown: ${node.type}`);
  });
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(message.text)) sight.problems.push("a control character");
  if (entry !== undefined && entry.url !== "") sight.links.push({ label: entry.url, url: entry.url });
  const excerpt = textOf(tree);
  return sight.shown([...lines.slice(0, head), excerpt, ...(hasFoot ? lines.slice(-1) : [])].join("\n"), excerpt);
}

/** CommonMark knows no `~~`; within code it is text. What stood behind one began no list and no heading. */
function withoutStrikes(struck: string): string {
  const markdown = struck.replaceAll(/^([\s>-]*~~)(?=[\d#+>-])/gm, "$1\u200b");
  const rules = /(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|\\[\s\S]|~~/g;
  return markdown.replaceAll(rules, (found) => (found === "~~" ? "" : found));
}

const phrases = new Set(["paragraph", "heading", "emphasis", "strong", "link"]);

function textOf(node: Nodes): string {
  if ("value" in node) return node.value;
  if (node.type === "break") return "\n";
  if (!("children" in node)) return "";
  return node.children.map(textOf).join(phrases.has(node.type) ? "" : "\n");
}
