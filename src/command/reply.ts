import { stamp } from "./time-words.ts";
import type { BlockContent, DefinitionContent, PhrasingContent } from "mdast";

/** An answer to a command, free of any platform: adapters write the tree in their own markup. */
export interface Reply {
  readonly status: "done" | "refused";
  readonly body: readonly (BlockContent | DefinitionContent)[];
  /** The same answer for machines (`--json`). */
  readonly data?: unknown;
  /** Comes with the answer. */
  readonly file?: ReplyFile;
  /** It goes on: another version follows. */
  readonly isInterim?: boolean;
  /** What takes long: the same answer again and again as it goes on, each to be shown in place of the one before. */
  readonly later?: (pace: Pace) => AsyncIterable<Reply>;
  /** What may be asked next: buttons, where a platform has them, else a line that says what to type. */
  readonly actions?: readonly ReplyAction[];
}

export interface ReplyFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string;
}

/** How an answer that goes on may be shown. */
export interface Pace {
  readonly everyMs: number;
  /** Versions before the last one. */
  readonly most: number;
  /** Nothing can be shown any more; whatever there is to say then is said elsewhere. */
  readonly signal: AbortSignal;
}

export interface ReplyAction {
  /** What stands on the button: one or two words. */
  readonly label: string;
  readonly command: string;
  /** As a form would hand them over; with `query` first where it is typed. */
  readonly options: Readonly<Record<string, string>>;
  /**
   * `page`: what it answers takes the place of this answer. `run`: it answers for itself, privately, with the rights of who pressed.
   * `share`: shows this answer to everybody; answers that were done can be shared anyway, so this only names the button.
   */
  readonly kind: "page" | "share" | "run";
}

/** A command as it would be typed, without what commands begin with on a platform. */
function typedLine({ command, options }: ReplyAction): string {
  const words = Object.entries(options).map(([name, value]) => {
    // A quotation mark that is not closed would take in what is written behind it.
    if (name === "query") return (value.match(/["“”]/gu) ?? []).length % 2 === 0 ? value : `${value}"`;
    const word = `${name}:${value.replaceAll('"', "")}`;
    return /\s/.test(word) ? `"${word}"` : word;
  });
  return [command, ...words].filter((word) => word !== "").join(" ");
}

/** A line in place of buttons; none where nothing is left to ask. Where everybody sees the answer, nothing is to be shared. */
export function typedActions(actions: Reply["actions"], prefix: string): readonly BlockContent[] {
  const asked = (actions ?? []).filter(({ kind }) => kind !== "share");
  const parts = asked.flatMap((action, i) => [
    `${i === 0 ? "" : " · "}${action.label}: `,
    code(`${prefix}${typedLine(action)}`),
  ]);
  return parts.length === 0 ? [] : [paragraph(...parts)];
}

type Inline = string | PhrasingContent;

const phrasing = (parts: readonly Inline[]): PhrasingContent[] =>
  parts.map((part) => (typeof part === "string" ? { type: "text", value: part } : part));

/** A paragraph; strings are plain text and are escaped by whoever writes the tree. */
export function paragraph(...parts: Inline[]): BlockContent {
  return { type: "paragraph", children: phrasing(parts) };
}

export function bulletList(items: readonly (readonly Inline[])[]): BlockContent {
  return {
    type: "list",
    ordered: false,
    spread: false,
    children: items.map((parts) => ({
      type: "listItem",
      spread: false,
      children: [{ type: "paragraph", children: phrasing(parts) }],
    })),
  };
}

export function strong(value: string): PhrasingContent {
  return { type: "strong", children: [{ type: "text", value }] };
}

export function emphasis(value: string): PhrasingContent {
  return { type: "emphasis", children: [{ type: "text", value }] };
}

/** A time as text; platforms that can show it in the zone and language of who reads do so. */
export function time(iso: string): PhrasingContent {
  const atMs = Date.parse(iso);
  const value = stamp(iso);
  return Number.isNaN(atMs) ? { type: "text", value } : { type: "text", value, data: { atMs } };
}

export function code(value: string): PhrasingContent {
  return { type: "inlineCode", value };
}

declare module "mdast" {
  interface LinkData {
    /** Leads to a message of a platform, and was made by us: no feed can say so. */
    isMessage?: boolean;
  }
  interface TextData {
    /** The text says this time, and was made by us. */
    atMs?: number;
  }
}

/** A link to a message that was posted, for an address of `linkOf`. */
export function messageLink(url: string, label: string): PhrasingContent {
  return { type: "link", url, data: { isMessage: true }, children: [{ type: "text", value: label }] };
}

export function link(url: string, label: string): PhrasingContent {
  return { type: "link", url, children: [{ type: "text", value: label }] };
}

export function done(body: Reply["body"], data?: unknown): Reply {
  return data === undefined ? { status: "done", body } : { status: "done", body, data };
}

export function refused(...parts: Inline[]): Reply {
  return { status: "refused", body: [paragraph(...parts)] };
}
