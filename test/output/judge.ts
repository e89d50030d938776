import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import type { Entry } from "../../src/feed/entry.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { codesOf, folded, linksOf, wordsOf } from "./expected.ts";
import type { Shown } from "./shown.ts";

export interface Violation {
  readonly kind: string;
  /** A browser would show the same: whether its author meant that, no program can tell. */
  readonly isDoubt: boolean;
  /** What was seen, short. */
  readonly what: string;
}

export interface Case {
  readonly entry: Entry;
  /** As it was given to the adapter. */
  readonly summary: Summary;
  /** The same, not cut. */
  readonly full: Summary;
  readonly shown: Shown;
}

const checks: readonly ((one: Case) => Violation[])[] = [
  ({ shown }) => shown.problems.flatMap((what) => violation("breaks a rule of the platform", what)),
  ({ shown }) => shown.mentions.flatMap((what) => violation("a mention", what)),
  saysTheSame,
  cutsNothing,
  linksNothingElse,
  leaksNothing,
  isNotEmpty,
];

/** All that is wrong with a post. */
export function judge(one: Case): Violation[] {
  return checks.flatMap((check) => check(one));
}

function violation(kind: string, what: unknown): Violation[] {
  return [{ kind, isDoubt: false, what: typeof what === "string" ? what : JSON.stringify(what) }];
}

function doubt(kind: string, what: unknown): Violation[] {
  return violation(kind, what).map((one) => ({ ...one, isDoubt: true }));
}

/** The excerpt that is shown is the summary's, or its beginning: an adapter may cut further, where markup makes it long. */
function saysTheSame({ summary, shown }: Case): Violation[] {
  const wanted = folded(wordsOf(summary.excerpt));
  const said = withOwnLabels(folded(shown.excerpt), shown.links, summary);
  const beginning = said.replace(/…$/, "").trimEnd();
  if (said === wanted || (beginning !== "" && wanted.startsWith(beginning) && endsBetween(wanted, beginning.length)))
    return [];
  let same = 0;
  while (same < said.length && said[same] === wanted[same]) same += 1;
  const near = (text: string): string => text.slice(Math.max(0, same - 30), same + 50);
  return violation("other words than the summary's", [near(said), near(wanted)]);
}

/**
 * An adapter may add the host that a link leads to, and leave the scheme of an address away. Links of one address are met in the
 * order in which they stand: the first may be written with its scheme, and the second without.
 */
function withOwnLabels(said: string, links: Shown["links"], summary: Summary): string {
  const own = linksOf(summary.excerpt).map(({ url, label }) => ({ url: address(url), label: folded(label) }));
  const met = new Set<unknown>();
  let at = 0;
  for (const { url, label } of links) {
    const written = folded(label);
    const same = own.filter(
      (one) =>
        one.url === address(url) &&
        [one.label, withoutSchemes(one.label)].some((label) => isLabel(written, label, hostOf(url))),
    );
    const known = same.find((one) => !met.has(one)) ?? same[0];
    const start = said.indexOf(written, at);
    if (known === undefined || start === -1) continue;
    met.add(known);
    said = said.slice(0, start) + known.label + said.slice(start + written.length);
    at = start + known.label.length;
  }
  return said;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}

const words = new Intl.Segmenter("und", { granularity: "word" });
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Where the summary ends before the post does, a word ends there, too; titles and names likewise. */
function cutsNothing({ entry, summary, full, shown }: Case): Violation[] {
  const all = folded(wordsOf(full.excerpt));
  const said = folded(wordsOf(summary.excerpt)).replace(/…$/, "").trimEnd();
  const found: Violation[] = [];
  if (!all.startsWith(said)) {
    // Code loses its last lines, and what follows an ellipsis within it is nothing.
    if (!all.startsWith(said.replace(/ ?…$/, "")))
      found.push(...violation("not the beginning of the post", said.slice(-80)));
  } else if (!endsBetween(all, said.length)) found.push(...violation("cut inside a word", said.slice(-40)));
  // Where a platform has no blocks of code, each line is a span.
  const codes = codesOf(full.excerpt).flatMap((code) => [code, ...code.split("\n")].map(folded));
  const isTheirs = (code: string): boolean =>
    codes.some((one) => one === code || (code.endsWith("…") && one.startsWith(code.slice(0, -1).trimEnd())));
  for (const code of shown.codes.map(folded).filter((one) => one !== ""))
    // A link in code may have its host behind it; other code ends with brackets of its own.
    if (![code, code.replace(/ \([\w.:-]+\)$/, "")].some(isTheirs))
      found.push(...violation("code that the post does not have", code.slice(0, 80)));
  return [...found, ...namesCut(entry, shown)];
}

function endsBetween(text: string, at: number): boolean {
  if (at >= text.length || at === 0) return true;
  const near = text.slice(0, at + 200);
  return (
    [...words.segment(near)].some(({ index }) => index === at) &&
    [...graphemes.segment(near)].some(({ index }) => index === at)
  );
}

function withoutSchemes(text: string): string {
  return folded(text.replaceAll(/https?:\/\//gi, ""));
}

/** A title is there in whole, or ends between words with an ellipsis. */
function namesCut(entry: Entry, shown: Shown): Violation[] {
  const text = folded(shown.text);
  return [entry.title, entry.author].map(folded).flatMap((name) => {
    // Where a label may hold no address, it is shown without its scheme.
    if (name === "" || [name, withoutSchemes(name)].some((one) => text.includes(one))) return [];
    const starts = [...words.segment(name)]
      .map(({ index }) => name.slice(0, index).trimEnd())
      .filter((start) => start !== "");
    return starts.some((start) => text.includes(`${start}…`))
      ? []
      : violation("a title or name that is not shown, or cut inside a word", name.slice(0, 300));
  });
}

/** Links lead where the entry's own lead, under their own words. */
function linksNothingElse({ summary, full, shown }: Case): Violation[] {
  const known = [...linksOf(full.excerpt), { label: summary.title, url: summary.url }].map(({ url, label }) => ({
    url: address(url),
    label: folded(label),
  }));
  return shown.links.flatMap(({ url, label }) => {
    const same = known.filter((one) => one.url === address(url));
    if (same.length === 0) return violation("a link that the entry does not have", url);
    const host = hostOf(url);
    const said = folded(label).replace("🔒 ", "");
    const isHonest =
      said === folded(url) ||
      same.some((one) => isLabel(said, one.label, host) || isLabel(said, withoutSchemes(one.label), host));
    return isHonest ? [] : violation("a link under other words", [label, same.map((one) => one.label)]);
  });
}

/** Its own words, with the host where they claim another one; the host alone for a label that is nothing. */
function isLabel(said: string, label: string, host: string): boolean {
  const isCut = said.endsWith("…") && label.startsWith(said.slice(0, -1));
  return isCut || [label, `${label} (${host})`, "(no title)"].includes(said) || (label === "" && said === host);
}

/** Adapters write what could end a link early in another way. */
function address(url: string): string {
  if (!URL.canParse(url)) return url;
  // An empty fragment leads nowhere else.
  const href = new URL(url).href.replace(/#$/, "");
  try {
    return decodeURIComponent(href);
  } catch {
    return href.replaceAll(/%([2-7][\dA-F])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  }
}

const tag =
  /<\/?(?:a|abbr|b|big|blockquote|br|center|code|dd|del|div|dl|dt|em|figure|font|h[1-6]|hr|i|iframe|img|ins|kbd|li|ol|p|pre|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|tr|tt|u|ul)(?:\s[^<>]*)?\/?>/gi;
const entity =
  /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos|nbsp|hellip|[lr][sda]quo|[mn]dash|copy|reg|trade|bull|middot|[aeiou](?:uml|acute|grave|circ|tilde)|[nao]tilde|ccedil|szlig);/gi;

/**
 * A post about HTML writes `&lt;p&gt;` in its source, so that `<p>` stands in the text that a browser shows of it. A tag or an entity that
 * is shown, and does not stand there, is ours; one that does is the feed's own, and a
 * violation only where the source has no element at all and shows closing tags: such a post was escaped once too often.
 */
function leaksNothing({ entry, summary, shown }: Case): Violation[] {
  const source = parseFragment(entry.html);
  const [said, prose] = [textIn(source, false), textIn(source, true)];
  const excerpt = shown.excerpt;
  const leaked = [...excerpt.matchAll(tag), ...excerpt.matchAll(entity)]
    .map(([one]) => one)
    .filter((one) => !said.includes(one));
  const escaped = [...excerpt.matchAll(tag)].map(([one]) => one).filter((one) => prose.includes(one));
  const isTwice = !/<[a-z]/i.test(entry.html) && escaped.some((one) => one.startsWith("</") || /^<br/i.test(one));
  const entities = [...excerpt.matchAll(entity)].map(([one]) => one).filter((one) => prose.includes(one));
  const names = [summary.title, summary.author, summary.source].flatMap((name) => [
    ...(name.match(tag) ?? []),
    ...(name.match(entity) ?? []),
  ]);
  return [
    ...leaked.flatMap((one) => violation("markup shown that the post does not show", one)),
    ...(isTwice ? violation("a post that was escaped twice", escaped) : []),
    ...(entities.length > 0 ? doubt("an entity that the post itself shows, outside of code", entities) : []),
    ...(names.length > 0 ? doubt("markup in a title or name", [summary.title, summary.author, summary.source]) : []),
  ];
}

type Node = DefaultTreeAdapterMap["node"];
const silent = new Set(
  "script style template iframe noscript object form select textarea svg math canvas audio video".split(" "),
);
const code = new Set(["code", "pre", "tt", "kbd", "samp"]);

/** Without recursion: documents nest deeper than the stack is. `isProse`: without what stands in code. */
function textIn(root: Node, isProse: boolean): string {
  const texts: string[] = [];
  const left: Node[] = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.nodeName === "#text" && "value" in node) texts.push(node.value);
    if (silent.has(node.nodeName) || (isProse && code.has(node.nodeName)) || !("childNodes" in node)) continue;
    if (!inline.has(node.nodeName)) texts.push(" ");
    left.push(...node.childNodes.toReversed());
  }
  return texts.join("");
}

const inline = new Set(
  "a abbr b bdi bdo big cite code em font i ins kbd mark q s small span strike strong sub sup tt u wbr".split(" "),
);

/** What reddit writes below a link. */
const nothingSaid = /^submitted by ?\S+(?: to \S+)? ?\[link\] ?\[\d* ?comments\]$/;
/** Text that is more than the title again. */
const LEAST_CHARS = 30;

function isNotEmpty({ entry, summary, shown }: Case): Violation[] {
  if (summary.protected || folded(shown.excerpt) !== "") return [];
  const said = folded(textIn(parseFragment(entry.html), false))
    .replace(folded(entry.title), "")
    .trim();
  return said.replaceAll(/\P{L}/gu, "").length < LEAST_CHARS || nothingSaid.test(said)
    ? []
    : violation("nothing shown of a text", said.slice(0, 200));
}
