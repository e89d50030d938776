import type { Element, ElementContent, Nodes as HastNodes, Root as HastRoot } from "hast";
import { toHtml } from "hast-util-to-html";
import type { Link, Root } from "mdast";
import { type State, toHast } from "mdast-util-to-hast";
import { textOf } from "./json.ts";

/**
 * Elements that a message may hold, a part of those that the specification allows (client-server API, "m.room.message
 * msgtypes"). Nothing else can come out of here: trees are built anew from this list, not cleaned.
 */
const elements = new Set(
  "p br blockquote ul ol li strong em del code pre sup sub hr table thead tbody tr th td".split(" "),
);
/** Far below the specification's 100, and more than anyone reads. */
const MAX_DEPTH = 20;
const linkSchemes = new Set(["http:", "https:", "mailto:"]);

/** A tree as the HTML of a message. Text stays text, links are web or mail addresses, pictures become their description. */
export function toMessageHtml(root: Root): string {
  const hast = toHast(root, { handlers: { link } });
  const children = "children" in hast ? hast.children.flatMap((node) => kept(node, 0)) : [];
  const clean: HastRoot = { type: "root", children };
  return toHtml(clean).trim();
}

/** Its address as it stands: the library would write a line end as `%0A`, where addresses are read without. */
function link(state: State, node: Link): Element {
  return element("a", { href: node.url, dataMessage: node.data?.isMessage === true }, state.all(node));
}

/** The address of one message: clients show it as such, and not as a name. */
const permalink = /^https:\/\/matrix\.to\/#\/![^/?#]+\/%24[^/?#]+(?:\?[\w.~%:=&-]*)?$/;

function kept(node: HastNodes, depth: number): ElementContent[] {
  if (node.type === "text") return [{ type: "text", value: plain(node.value) }];
  if (node.type !== "element") return [];
  if (node.tagName === "img") return [{ type: "text", value: plain(textOf(node.properties["alt"])) }];
  const children = node.children.flatMap((child) => kept(child, depth + 1));
  if (depth >= MAX_DEPTH) return children;
  // A heading within a message would be larger than the message's own title.
  if (/^h[1-6]$/.test(node.tagName)) return [element("p", {}, [element("strong", {}, children)])];
  if (node.tagName === "a") {
    const address = textOf(node.properties["href"]);
    const href = node.properties["dataMessage"] === true && permalink.test(address) ? address : webAddress(address);
    return href === null ? children : [element("a", { href }, children)];
  }
  return elements.has(node.tagName) ? [element(node.tagName, attributesOf(node), children)] : children;
}

function element(tagName: string, properties: Element["properties"], children: ElementContent[]): Element {
  return { type: "element", tagName, properties, children };
}

function attributesOf(node: Element): Element["properties"] {
  const { start, className } = node.properties;
  if (node.tagName === "ol" && typeof start === "number") return { start };
  const language = Array.isArray(className)
    ? className.find((name) => /^language-[\w+#-]{1,30}$/.test(name))
    : undefined;
  return node.tagName === "code" && language !== undefined ? { className: [language] } : {};
}

/**
 * An address that may be linked; null for any other. Clients show links to matrix.to as the names of people and rooms, so a
 * feed could put anyone's name into a message.
 */
export function webAddress(address: string): string | null {
  try {
    const url = new URL(address);
    const isPill = url.hostname === "matrix.to" || url.hostname.endsWith(".matrix.to");
    return linkSchemes.has(url.protocol) && !isPill ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * Text without what acts on the text around it: control characters, and marks that turn its direction for others, too.
 * Halves of characters go as well: no homeserver takes them.
 */
export function plain(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\p{Surrogate}]/gu,
    "",
  );
}
