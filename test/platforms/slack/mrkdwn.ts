/** What a client makes of a piece of text. */
export interface Reading {
  readonly text: string;
  readonly links: readonly SeenLink[];
  /** Who gets a notification: `channel`, `here`, `everyone`, a user's or a group's id. */
  readonly pings: readonly string[];
}

export interface SeenLink {
  readonly url: string;
  readonly text: string;
  readonly bold: boolean;
}

export interface MrkdwnOptions {
  /** `verbatim: true` on a text object, `parse: "none"` on a message: nothing is found in what is not marked. */
  readonly findNames: boolean;
  readonly findUrls: boolean;
  /** `mrkdwn: false` on a message: formatting characters are shown as they are. */
  readonly format?: boolean;
}

/**
 * Reads mrkdwn as Slack does: `<…>` is a link, a mention or a date, `&amp; &lt; &gt;` are characters, `*_~` and back ticks
 * format, and what is not verbatim is searched for names and addresses.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function readMrkdwn(source: string, options: MrkdwnOptions): Reading {
  const links: SeenLink[] = [];
  const pings: string[] = [];
  const text = source.replace(/<([^<>]*)>|[^<>]+|[<>]/g, (whole, marked: string | undefined) =>
    marked === undefined ? readPlain(whole, options, links, pings) : readMarked(marked, links, pings),
  );
  return { text, links, pings };
}

const broadcasts = ["channel", "here", "everyone"];

function readMarked(marked: string, links: SeenLink[], pings: string[]): string {
  const [target = "", ...rest] = marked.split("|");
  const label = unescaped(rest.join("|"));
  if (target.startsWith("!date^")) return label;
  if (target.startsWith("!subteam^") || target.startsWith("@")) {
    pings.push(target.replace(/^!subteam\^|^@/, ""));
    return `@${label || target.slice(1)}`;
  }
  if (target.startsWith("!")) {
    const name = target.slice(1);
    if (broadcasts.includes(name)) pings.push(name);
    return `@${name}`;
  }
  if (target.startsWith("#")) return `#${label || target.slice(1)}`;
  const url = unescaped(target);
  links.push({ url, text: label || url, bold: false });
  return label || url;
}

/** Names that ping without being marked are the documents' own example of what goes wrong. */
function readPlain(source: string, options: MrkdwnOptions, links: SeenLink[], pings: string[]): string {
  if (options.findNames)
    for (const name of source.matchAll(/(?<!\w)@(channel|here|everyone)\b/g)) pings.push(name[1] ?? "");
  if (options.findUrls)
    for (const url of source.matchAll(/https?:\/\/[^\s|]+/g))
      links.push({ url: unescaped(url[0]), text: unescaped(url[0]), bold: false });
  return unescaped(options.format === false ? source : unformatted(source));
}

/** What stands between formatting characters, at the edges of words, is shown without them. */
function unformatted(source: string): string {
  return source
    .replaceAll(/(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/g, "$1")
    .replaceAll(/(?<![\w_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])/g, "$1")
    .replaceAll(/(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g, "$1")
    .replaceAll(/`([^`\n]+)`/g, "$1");
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
