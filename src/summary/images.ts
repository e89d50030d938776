import type { Element, Root } from "hast";
import { EXIT, SKIP, visit } from "./visit.ts";
import { foldSpace } from "../feed/text.ts";
import { cleanText, hasVisible } from "./characters.ts";
import { attributeOf, classesOf } from "./elements.ts";

/** A picture, and what it says to those who cannot see it. */
export interface Picture {
  /** Absolute URL; "" when there is none. */
  readonly url: string;
  /** "" when its author gave none, or only the name of its file. */
  readonly alt: string;
}

export const noPicture: Picture = { url: "", alt: "" };

/** Where pixels, counters, buttons, badges and portraits come from. */
const noPictureHosts =
  /^https?:\/\/(?:[^/]{0,80}\.)?(?:feeds\.feedburner\.com|feedburner\.google\.com|feedsportal\.com|pixel\.wp\.com|feeds\.wordpress\.com|stats\.wordpress\.com|doubleclick\.net|google-analytics\.com|feedblitz\.com|gravatar\.com|shields\.io|badge\.fury\.io|s\.w\.org|assoc-amazon\.\w+|statcounter\.com|matomo\.[^/]+|paypal(?:objects)?\.com|buymeacoffee\.com|ko-fi\.com|creativecommons\.org|codecov\.io|travis-ci\.(?:org|com)|twemoji\.maxcdn\.com)\//i;
const noPicturePaths =
  /\/(?:tracker|pixel|beacon|spacer|blank|smil(?:ey|ies)|emoji|badge|commentcount|stat\?event|_\/stat)[/.?_-]|\/~(?:r|ff|4)\/|\.svg(?:$|\?)|\/badges?\//i;
const noPictureClass = /^(?:wp-smiley|emoji|emoticon|avatar|latex|tex|icon|badge|spinner|feed-icon|mwe-math-.*)/;
const minPictureSide = 64;
const maxUrlChars = 2_000;
const maxAltChars = 1_000;

/** The first picture of a post that is more than a pixel, a button or an icon. */
export function firstPicture(tree: Root): Picture {
  let found = noPicture;
  visit(tree, "element", (element: Element, _, parent) => {
    if (["object", "form", "nav", "template"].includes(element.tagName)) return SKIP;
    if (element.tagName !== "img" && element.tagName !== "video") return undefined;
    const around = parent?.type === "element" && parent.tagName === "picture" ? parent : null;
    const url = element.tagName === "video" ? webAddress(attributeOf(element, "poster")) : sourceOf(element, around);
    if (!isPicture(element, url)) return undefined;
    found = { url, alt: altText(attributeOf(element, "alt") || attributeOf(element, "title")) };
    return EXIT;
  });
  return found;
}

/** What a picture says; "" for what says nothing: the name of a file, "image", an address. */
export function altText(written: string): string {
  const alt = foldSpace(cleanText(written.slice(0, 4 * maxAltChars))).slice(0, maxAltChars);
  const isFile =
    /^\S{1,200}\.(?:jpe?g|png|gif|webp|avif|heic|svg|bmp|tiff?)$/i.test(alt) || /^https?:\/\/\S+$/i.test(alt);
  const isNumber =
    /^(?:alt(?: ?text)?|picture|img|dsc|dscn|image|photo|pict?|screen ?shot|untitled|featured image|cover|header|thumbnail)?[\s_.-]*[\d\s_.:-]*$/i.test(
      alt,
    );
  return isFile || isNumber || !hasVisible(alt) ? "" : alt;
}

/** Pages that load pictures late keep the address aside, or among several sizes. */
function sourceOf(image: Element, picture: Element | null): string {
  const direct = ["src", "dataSrc", "dataLazySrc", "dataOriginal", "dataOrigFile"].map((name) =>
    webAddress(attributeOf(image, name)),
  );
  const sources = picture?.children.flatMap((child) => (child.type === "element" ? [child] : [])) ?? [];
  const sized = [image, ...sources].flatMap((element) =>
    ["srcSet", "dataSrcset", "dataLazySrcset"].map((name) => largestOf(element.properties[name])),
  );
  return [...direct, ...sized].find((url) => url !== "") ?? "";
}

function webAddress(url: string): string {
  return /^https?:\/\//i.test(url) ? url : "";
}

/** HTML, "srcset attributes": candidates with a width or a density. */
function largestOf(value: unknown): string {
  const written = Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "";
  let best = { url: "", size: -1 };
  for (const candidate of written.slice(0, 20_000).split(/,\s+/)) {
    const [url = "", size = "1x"] = candidate.trim().split(/\s+/);
    if (webAddress(url) !== "" && Number.parseFloat(size) > best.size) best = { url, size: Number.parseFloat(size) };
  }
  return best.url;
}

function isPicture(element: Element, url: string): boolean {
  if (url === "" || url.length > maxUrlChars || noPictureHosts.test(url) || noPicturePaths.test(url)) return false;
  const sides = [element.properties["width"], element.properties["height"]].map((side) => Number(side ?? Number.NaN));
  const isSmall = sides.some((side) => side < minPictureSide);
  return !isSmall && !classesOf(element).some((name) => noPictureClass.test(name));
}
