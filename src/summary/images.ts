import type { Element, Root } from "hast";
import { EXIT, visit } from "unist-util-visit";
import { attributeOf, classesOf } from "./clean.ts";

/** Where pixels, counters, buttons, badges and portraits come from. */
const noPictureHosts =
  /^https?:\/\/(?:[^/]{0,80}\.)?(?:feeds\.feedburner\.com|feedburner\.google\.com|feedsportal\.com|pixel\.wp\.com|feeds\.wordpress\.com|stats\.wordpress\.com|doubleclick\.net|google-analytics\.com|feedblitz\.com|gravatar\.com|shields\.io|badge\.fury\.io|s\.w\.org|assoc-amazon\.\w+|statcounter\.com|matomo\.[^/]+|paypal(?:objects)?\.com|buymeacoffee\.com|creativecommons\.org|i\.creativecommons\.org)\//i;
const noPicturePaths =
  /\/(?:tracker|pixel|beacon|spacer|blank|smil(?:ey|ies)|emoji|badge|stat\?event)[/.?_-]|\/~(?:r|ff|4)\/|\.svg(?:$|\?)/i;
const minPictureSide = 64;

/** The first picture of a post that is more than a pixel, a button or an icon; "" when there is none. */
export function firstPicture(tree: Root): string {
  let found = "";
  visit(tree, "element", (element: Element) => {
    if (element.tagName !== "img") return undefined;
    const url = sourceOf(element);
    if (!isPicture(element, url)) return undefined;
    found = url;
    return EXIT;
  });
  return found;
}

/** Pages that load pictures late keep the address aside. */
function sourceOf(element: Element): string {
  const candidates = ["src", "dataSrc", "dataLazySrc", "dataOriginal"].map((name) => attributeOf(element, name));
  return candidates.find((url) => /^https?:\/\//i.test(url)) ?? "";
}

function isPicture(element: Element, url: string): boolean {
  if (url === "" || url.length > 2_000 || noPictureHosts.test(url) || noPicturePaths.test(url)) return false;
  const sides = [element.properties["width"], element.properties["height"]].map((side) => Number(side ?? Number.NaN));
  const isSmall = sides.some((side) => side < minPictureSide);
  return !isSmall && !classesOf(element).some((name) => /^(?:wp-smiley|emoji|emoticon|avatar)/.test(name));
}
