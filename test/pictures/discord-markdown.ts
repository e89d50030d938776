import type { ElementContent } from "hast";
import { type Child, dateAndTime, h, link } from "./tree.ts";

const lineKinds: readonly (readonly [pattern: RegExp, selector: string])[] = [
  [/^### +/, "h3"],
  [/^-# +/, "div.small"],
  [/^> ?/, "div.quote"],
  [/^- +/, "div.item"],
  [/^ +- +/, "div.item.deeper"],
  [/^ *\d+\. +/, "div.line"],
];

/** Discord's Markdown as its client draws it, as far as our messages use it (API Reference, "Message Formatting"). */
export function drawMarkdown(source: string): ElementContent[] {
  return source
    .split(/\n?(```\n[\s\S]*?\n```)\n?/)
    .flatMap((part, i) => (i % 2 === 1 ? [h("pre", part.slice(4, -4))] : part.split("\n").flatMap(line)));
}

function line(source: string): ElementContent[] {
  if (source.trim() === "") return source === "" ? [h("div.gap")] : [];
  const kind = lineKinds.find(([pattern]) => pattern.test(source));
  if (kind === undefined) return [h(source.startsWith("  ") ? "div.under" : "div.line", ...inline(source))];
  const [pattern, selector] = kind;
  // A number is part of what is shown; the other marks are not.
  return [h(selector, ...inline(selector === "div.line" ? source : source.replace(pattern, "")))];
}

type Rule = readonly [pattern: RegExp, draw: (match: RegExpExecArray) => Child];

const rules: readonly Rule[] = [
  [/\\([^0-9A-Za-z\s])/y, ([, char = ""]) => char],
  [/`([^`\n]+)`/y, ([, code = ""]) => h("code", code)],
  [
    /\[((?:\\.|\[(?:\\.|[^\]\\])*\]|[^[\]\\])+)\]\((https?:\/\/[^\s)]+)\)/y,
    ([, label = "", url = ""]) => link(url, ...inline(label)),
  ],
  [/<t:(-?\d+)(?::\w)?>/y, ([, seconds = ""]) => timeOf(Number(seconds))],
  [/<@\d+>/y, () => h("span.mention", "@someone")],
  [/\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/y, ([, inner = ""]) => h("strong", ...inline(inner))],
  [/\*((?:\\.|[^\\*])+?)\*(?!\*)/y, ([, inner = ""]) => h("em", ...inline(inner))],
  [/~~((?:\\.|[^\\])+?)~~/y, ([, inner = ""]) => h("del", ...inline(inner))],
];

/** Style `f`, the only one we use. */
function timeOf(seconds: number): Child {
  const { date, time } = dateAndTime(seconds);
  return h("time", `${date} at ${time}`);
}

function inline(source: string): Child[] {
  const drawn: Child[] = [];
  let plain = "";
  for (let at = 0; at < source.length;) {
    const found = ruleAt(source, at);
    const next = found === null ? (source[at] ?? "") : found.child;
    if (typeof next === "string") plain += next;
    else {
      drawn.push(plain, next);
      plain = "";
    }
    at += found?.length ?? 1;
  }
  return [...drawn, plain].filter((child) => child !== "");
}

function ruleAt(source: string, at: number): { readonly child: Child; readonly length: number } | null {
  for (const [pattern, draw] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) return { child: draw(match), length: match[0].length };
  }
  return null;
}
