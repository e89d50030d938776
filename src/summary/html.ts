import { toMdast } from "hast-util-to-mdast";
import type { Root } from "mdast";
import { cutChars, htmlToPlain } from "../feed/text.ts";
import { allRules, type Rules } from "./boilerplate.ts";
import { cleanTree } from "./clean.ts";
import { isTooDeep } from "./depth.ts";
import { dropHollow } from "./hollow.ts";
import { firstPicture, noPicture, type Picture } from "./images.ts";
import { type Content, recognize } from "./recognize.ts";
import { closeElements } from "./self-closing.ts";
import { wellFormed } from "./well-formed.ts";
import { tidySpaces } from "./spaces.ts";
import { tidyTree, tidyLinks } from "./tidy.ts";
import { trimTree } from "./trim.ts";

/** Only the beginning is shown, and building trees takes time: what is behind this is not read. */
const maxHtmlChars = 24_576;

export interface ReadHtml {
  readonly root: Root;
  readonly picture: Picture;
  /** How much of the HTML was read. */
  readonly readChars: number;
}

/**
 * The content of an entry, recognized for what it is, as a clean tree of paragraphs, headings, lists, quotes and code, with
 * emphasis, links and breaks inside them, and its first real picture.
 */
export function readHtml(html: string, rules: Rules = allRules): ReadHtml {
  const kept = cutHtml(html);
  const readChars = kept.length;
  const start = closeElements(kept);
  if (isTooDeep(start)) return { root: plainRoot(htmlToPlain(start)), picture: noPicture, readChars };
  const content = recognize(start);
  const read = readContent(content, rules);
  // A theme may give the whole post a class that elsewhere means a row of buttons.
  const root = read.root.children.length > 0 ? read.root : readContent(recognize(start), { ...rules, class: [] }).root;
  const share = content.kind === "markdown" ? content.share : 1;
  return { root, picture: read.picture, readChars: Math.ceil(readChars * share) };
}

/** Not within a tag or a reference. */
function cutHtml(html: string): string {
  if (html.length <= maxHtmlChars) return html;
  return cutChars(html, maxHtmlChars)
    .replace(/<[^<>]{0,2000}$/, "")
    .replace(/&#?\w{0,30}$/, "");
}

function readContent(content: Content, rules: Rules): Omit<ReadHtml, "readChars"> {
  if (content.kind === "text") return { root: tidied(content.root, rules), picture: noPicture };
  const picture = firstPicture(content.tree);
  cleanTree(content.tree, rules);
  dropHollow(content.tree);
  const mdast = toMdast(content.tree, { document: true });
  return { root: tidied(mdast.type === "root" ? mdast : { type: "root", children: [] }, rules), picture };
}

function tidied(read: Root, rules: Rules): Root {
  const root = wellFormed(read);
  tidyTree(root);
  trimTree(root, rules);
  tidyLinks(root);
  tidySpaces(root);
  return root;
}

function plainRoot(text: string): Root {
  return {
    type: "root",
    children: text === "" ? [] : [{ type: "paragraph", children: [{ type: "text", value: text }] }],
  };
}
