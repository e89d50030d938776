/** What a person sees of Discord's Markdown. */
export interface Read {
  readonly text: string;
  readonly links: readonly Link[];
  /** Users, roles, channels, commands, @everyone: whatever is drawn as a mention, pinged or not. */
  readonly mentions: readonly string[];
  /** Kinds of formatting that took effect. */
  readonly styles: readonly string[];
}

export interface Link {
  readonly label: string;
  readonly url: string;
}

interface Draft {
  text: string;
  readonly links: Link[];
  readonly mentions: string[];
  readonly styles: string[];
}

/**
 * A reader of its own, so that the writer is not judged by itself. The patterns are those of the client's parser as its
 * community took them down (simple-markdown with Discord's rules), and of API Reference, "Message Formatting".
 */
export function readMarkdown(source: string): Read {
  const draft = emptyDraft();
  const parts = source.split(/(```[\s\S]*?[^`]```)/);
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) codeBlock(draft, part);
    else readLines(draft, part);
  }
  return draft;
}

function emptyDraft(): Draft {
  return { text: "", links: [], mentions: [], styles: [] };
}

function codeBlock(draft: Draft, part: string): void {
  draft.styles.push("code block");
  draft.text += part
    .slice(3, -3)
    .replace(/^[\w+.#-]*\n/, "")
    .replace(/\n$/, "");
}

const blocks: readonly (readonly [style: string, pattern: RegExp])[] = [
  ["heading", /^#{1,3} +(?=\S)/],
  ["subtext", /^-# +(?=\S)/],
  ["quote", /^ *>>> |^ *> /],
  ["list", /^ *[-*] +(?=\S)/],
  ["list", /^ *\d{1,10}\. +(?=\S)/],
];

/** Lists stand in quotes and in lists. */
function blockAt(line: string): (typeof blocks)[number] | undefined {
  return blocks.find(([, pattern]) => pattern.test(line));
}

function readLines(draft: Draft, source: string): void {
  const lines = source.split("\n").map((line) => {
    let [shown, rest] = ["", line];
    for (let block = blockAt(rest); block !== undefined;) {
      draft.styles.push(block[0]);
      rest = rest.replace(block[1], "");
      if (block[0] === "list") shown = "• ";
      block = block[0] === "quote" ? blockAt(rest) : undefined;
    }
    return shown + rest;
  });
  readInline(draft, lines.join("\n"));
}

type Rule = readonly [pattern: RegExp, act: (draft: Draft, match: RegExpExecArray) => void];

const inlineRules: readonly Rule[] = [
  [/\\([^0-9A-Za-z\s])/y, (draft, [, char = ""]) => void (draft.text += char)],
  [
    /(`+)([\s\S]*?[^`])\1(?!`)/y,
    (draft, [, , code = ""]) => {
      draft.styles.push("code");
      draft.text += code.trim();
    },
  ],
  [
    /\[((?:\[[^\]]*\]|[^[\]]|\](?=[^[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['"][\s\S]*?['"])?\s*\)/y,
    maskedLink,
  ],
  [/<(https?:\/\/[^\s>]+)>/y, (draft, [, url = ""]) => bareLink(draft, url)],
  [/https?:\/\/[^\s<]+[^<.,:;"'\]\s]/y, (draft, [url]) => bareLink(draft, url)],
  [
    /<(?:@[!&]?|#)\d+>|<\/[^:>]+:\d+>|<id:\w+>|@everyone|@here/y,
    (draft, [mention]) => void draft.mentions.push(mention),
  ],
  [/<a?:\w+:\d+>/y, (draft) => void draft.styles.push("emoji")],
  [/<t:(-?\d+)(?::[tTdDfFsSR])?>/y, timestamp],
  [/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, styled("strong")],
  [/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, styled("underline")],
  [/\*(?=\S)((?:\\[\s\S]|\*\*|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, styled("emphasis")],
  [/_((?:__|\\[\s\S]|[^\\_])+?)_\b/y, styled("emphasis")],
  [/~~([\s\S]+?)~~(?!_)/y, styled("strike")],
  [/\|\|([\s\S]+?)\|\|/y, styled("spoiler")],
];

function readInline(draft: Draft, source: string): void {
  let at = 0;
  while (at < source.length) {
    const found = matchAt(source, at);
    if (found === null) {
      draft.text += source[at] ?? "";
      at += 1;
      continue;
    }
    found.act(draft, found.match);
    at += found.match[0].length;
  }
}

function matchAt(source: string, at: number): { match: RegExpExecArray; act: Rule[1] } | null {
  for (const [pattern, act] of inlineRules) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null && match[0] !== "") return { match, act };
  }
  return null;
}

/** A label that is itself an address of the web is not drawn as a link. */
function maskedLink(draft: Draft, match: RegExpExecArray): void {
  const [whole, label = "", url = ""] = match;
  const inner = emptyDraft();
  readInline(inner, label);
  const isFake = /https?:\/\//i.test(inner.text);
  if (isFake || !/^https?:\/\/\S+$/i.test(url) || inner.text.trim() === "") {
    draft.text += whole;
    draft.styles.push("broken link");
    return;
  }
  draft.text += inner.text;
  draft.styles.push(...inner.styles);
  draft.mentions.push(...inner.mentions);
  draft.links.push({ label: inner.text, url });
}

function bareLink(draft: Draft, url: string): void {
  draft.text += url;
  draft.links.push({ label: url, url });
}

function timestamp(draft: Draft, [, seconds = "0"]: RegExpExecArray): void {
  draft.styles.push("time");
  draft.text += new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace("T", " ");
}

function styled(style: string): Rule[1] {
  return (draft, [, inner = ""]) => {
    draft.styles.push(style);
    readInline(draft, inner);
  };
}
