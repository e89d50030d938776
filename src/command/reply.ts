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

export function code(value: string): PhrasingContent {
  return { type: "inlineCode", value };
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
