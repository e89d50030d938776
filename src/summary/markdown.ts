import type { Break, Delete, Nodes, Parents, Root } from "mdast";
import { defaultHandlers, toMarkdown as serialize, type State, type Info } from "mdast-util-to-markdown";

/** A tree as Markdown (CommonMark, and `~~` for what was struck out), everything that could be markup by accident escaped. */
export function toMarkdown(root: Root): string {
  const markdown = serialize(root, {
    bullet: "-",
    rule: "-",
    fences: true,
    listItemIndent: "one",
    handlers: { delete: struckOut, break: lineEnd },
    join: [isTight],
    unsafe: [
      { character: "~", inConstruct: "phrasing" },
      // The library's own rule leaves `<1@b.example>` alone, which CommonMark reads as a link.
      { character: "<", after: "[^\\s<]", inConstruct: "phrasing" },
    ],
  });
  return markdown.replaceAll(/\r\n?/g, "\n").trimEnd();
}

/** Items follow each other, and a list the line that it belongs to, without a blank line. */
function isTight(_: Nodes, right: Nodes, parent: Parents): 0 | undefined {
  if (parent.type === "list") return 0;
  // In CommonMark a number other than 1 begins no list right behind words.
  const isListBelow =
    parent.type === "listItem" && right.type === "list" && (!right.ordered || (right.start ?? 1) === 1);
  return isListBelow ? 0 : undefined;
}

function struckOut(node: Delete, _: unknown, state: State, info: Info): string {
  return `~~${state.containerPhrasing(node, { ...info, before: "~", after: "~" })}~~`;
}

/** People read it as it stands: two spaces in front of a line end mean what a backslash would, and nobody sees them. */
function lineEnd(node: Break, parent: Parents | undefined, state: State, info: Info): string {
  const written = defaultHandlers.break(node, parent, state, info);
  const siblings: readonly Nodes[] = parent?.children ?? [];
  // A line of spaces alone would end the paragraph.
  const isSecond = siblings[siblings.indexOf(node) - 1]?.type === "break";
  return written === "\\\n" && !isSecond ? "  \n" : written;
}

/** A tree as text: a line per block, list items after "- ", breaks as line ends. */
export function toPlainText(node: Nodes): string {
  if (node.type === "text" || node.type === "inlineCode" || node.type === "code") return node.value;
  if (node.type === "break") return "\n";
  if (!("children" in node)) return "";
  const holdsBlocks =
    node.type === "root" || node.type === "blockquote" || node.type === "list" || node.type === "listItem";
  const text = node.children.map(toPlainText).join(holdsBlocks ? "\n" : "");
  return node.type === "listItem" ? `- ${text}` : text;
}
