import type { Root as HastRoot } from "hast";
import { fromHtml } from "hast-util-from-html";
import { toMdast } from "hast-util-to-mdast";
import type { Root } from "mdast";
import { cutChars, htmlToPlain } from "../feed/text.ts";
import { allRules, type Rules } from "./boilerplate.ts";
import { cleanTree } from "./clean.ts";
import { firstPicture, noPicture, type Picture } from "./images.ts";
import { tidySpaces } from "./spaces.ts";
import { tidyTree, unwrapLinks } from "./tidy.ts";
import { trimTree } from "./trim.ts";

/** Only the beginning is shown, and building trees takes time: what is behind this is not read. */
const maxHtmlChars = 24_576;
/** Trees are walked by recursion, and formatting left open is repeated in every later block: deeper markup is read as plain text. */
const maxOpenElements = 120;

export interface ReadHtml {
  readonly root: Root;
  readonly picture: Picture;
}

/**
 * Feed HTML as a clean tree of paragraphs, headings, lists, quotes and code, with emphasis, links and breaks inside them, and
 * its first real picture.
 */
export function readHtml(html: string, rules: Rules = allRules): ReadHtml {
  const start = cutHtml(html);
  if (mostOpenElements(start) > maxOpenElements) return { root: plainRoot(htmlToPlain(start)), picture: noPicture };
  const tree = hastOf(start);
  const picture = firstPicture(tree);
  const root = readTree(tree, rules);
  // A theme may give the whole post a class that elsewhere means a row of buttons.
  return { root: root.children.length > 0 ? root : readTree(hastOf(start), { ...rules, class: [] }), picture };
}

/** Not within a tag or a reference. */
function cutHtml(html: string): string {
  if (html.length <= maxHtmlChars) return html;
  return cutChars(html, maxHtmlChars)
    .replace(/<[^<>]{0,2000}$/, "")
    .replace(/&#?\w{0,30}$/, "");
}

function hastOf(html: string): HastRoot {
  return fromHtml(html.includes("<") ? html : paragraphs(html), { fragment: true });
}

function readTree(tree: HastRoot, rules: Rules): Root {
  cleanTree(tree, rules);
  const mdast = toMdast(tree, { document: true });
  const root: Root = mdast.type === "root" ? mdast : { type: "root", children: [] };
  tidyTree(root);
  trimTree(root, rules);
  unwrapLinks(root);
  tidySpaces(root);
  return root;
}

/** Elements whose end tags may be left out, and those without one: neither nests. */
const unnested = new Set(
  "p li dt dd tr td th thead tbody tfoot option br img hr input wbr source meta link col embed area base param".split(
    " ",
  ),
);

function mostOpenElements(html: string): number {
  let open = 0;
  let most = 0;
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-zA-Z][a-zA-Z\d]{0,20})/g)) {
    if (unnested.has((name ?? "").toLowerCase())) continue;
    open = Math.max(0, open + (slash === "/" ? -1 : 1));
    most = Math.max(most, open);
  }
  return most;
}

/** Text without any markup: blank lines part paragraphs. */
function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${paragraph}</p>`)
    .join("");
}

function plainRoot(text: string): Root {
  return {
    type: "root",
    children: text === "" ? [] : [{ type: "paragraph", children: [{ type: "text", value: text }] }],
  };
}
