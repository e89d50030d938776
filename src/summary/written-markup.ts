/**
 * Markup that came as text, turned into HTML where it evidently is that markup: several of its signs, in pairs. `text` is
 * plain, with nothing escaped.
 */

/** HTML that was escaped once too often. A text about HTML names tags without closing them, or a pair in passing. */
export function isEscapedHtml(text: string): boolean {
  const tags = [
    ...text.matchAll(
      /<(\/?)(p|div|h[1-6]|[ou]l|li|a|span|strong|em|b|i|blockquote|pre|code|table|br|img)(?:\s[^<>]{0,2000}|\s?\/)?>/gi,
    ),
  ];
  const names = tags.map(([, slash = "", name = ""]) => `${slash}${name.toLowerCase()}`);
  const lone = names.filter((name) => name === "br" || name === "img").length;
  const opened = names.filter((name) => !name.startsWith("/") && name !== "br" && name !== "img");
  const closed = names.filter((name) => name.startsWith("/"));
  const isBalanced = opened.every((name) => count(opened, name) === count(closed, `/${name}`));
  const startsWithTag =
    /^\s*(?:<!--[^<>]{0,100}-->\s*)?<(?:p|div|h[1-6]|[ou]l|a|img|span|strong|em|b|i|blockquote|table)\b/i.test(text);
  return isBalanced && opened.length + lone >= (startsWithTag ? 1 : 3) && (closed.length > 0 || lone > 1);
}

function count(names: readonly string[], name: string): number {
  return names.filter((one) => one === name).length;
}

/** Markdown: two kinds of signs at least, one of which nobody writes otherwise. */
export function isMarkdown(text: string): boolean {
  const links =
    text.match(/!?\[[^\]\n]{1,300}\]\((?:https?:\/\/|\/|#|mailto:)[^\s)]{1,2000}(?: "[^"\n]*")?\)/g)?.length ?? 0;
  const definitions = text.match(/^ {0,3}\[[^\]\n]{1,100}\]: +https?:\/\/\S+$/gm)?.length ?? 0;
  const sure = [
    links + definitions > 0,
    /^#{1,6} \S.*$/m.test(text) && !/^#!|^#(?:include|define)\b/m.test(text),
    (text.match(/^(?:```|~~~)/gm)?.length ?? 0) >= 2,
  ];
  const likely = [
    /(?:^|[\s(])(\*\*|__)[^\s*_](?:[^*\n]{0,300}[^\s*_])?\1(?=$|[\s.,:;!?)])/m.test(text),
    (text.match(/^ {0,3}[-*+] \S/gm)?.length ?? 0) >= 2,
    (text.match(/^ {0,3}\d{1,3}\. \S/gm)?.length ?? 0) >= 2,
    /^> \S/m.test(text),
    /(?:^|\s)`[^`\n]{1,200}`(?=$|[\s.,:;!?)])/m.test(text),
    /^\S.{0,100}\n(?:={3,}|-{3,})$/m.test(text),
  ];
  const surely = sure.filter(Boolean).length;
  return links + definitions > 1 || (surely > 0 && surely + likely.filter(Boolean).length > 1);
}

const bbPair = /\[(b|i|u|s|url|img|quote|code|list|color|size|center)(?:=[^\]\n]{0,500})?\]([\s\S]{0,20000}?)\[\/\1\]/i;

/** BBCode: two pairs at least. */
export function isBbCode(text: string): boolean {
  const opened =
    text.match(/\[(?:b|i|u|s|url|img|quote|code|list|color|size|center)(?:=[^\]\n]{0,500})?\]/gi)?.length ?? 0;
  const closed = text.match(/\[\/(?:b|i|u|s|url|img|quote|code|list|color|size|center)\]/gi)?.length ?? 0;
  return opened > 1 && opened === closed && bbPair.test(text);
}

const bbTags: Readonly<Record<string, string>> = {
  b: "b",
  i: "i",
  u: "u",
  s: "s",
  quote: "blockquote",
  code: "pre",
  list: "ul",
};

export function bbCodeToHtml(text: string): string {
  return escaped(text)
    .replace(/\[img(?:=[^\]\n]{0,100})?\](https?:\/\/[^\s[\]]{1,2000})\[\/img\]/gi, '<img src="$1">')
    .replace(/\[url\](https?:\/\/[^\s[\]]{1,2000})\[\/url\]/gi, '<a href="$1">$1</a>')
    .replace(/\[url=(?:&quot;)?(https?:\/\/[^\s[\]]{1,2000}?)(?:&quot;)?\]/gi, '<a href="$1">')
    .replace(/\[\/url\]/gi, "</a>")
    .replace(/\[\*\]/g, "<li>")
    .replace(
      /\[(\/?)(b|i|u|s|quote|code|list)(?:=[^\]\n]{0,200})?\]/gi,
      (_, slash: string, name: string) => `<${slash}${bbTags[name.toLowerCase()] ?? "span"}>`,
    )
    .replace(/\[\/?(?:color|size|center|url|img)(?:=[^\]\n]{0,500})?\]/gi, "")
    .replace(/\n\s*\n/g, "<p>")
    .replace(/\n/g, "<br>");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
