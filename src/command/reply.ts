import type { BlockContent, DefinitionContent, PhrasingContent } from "mdast";

/** An answer to a command, free of any platform: adapters write the tree in their own markup. */
export interface Reply {
  readonly status: "done" | "refused";
  readonly body: readonly (BlockContent | DefinitionContent)[];
  /** The same answer for machines (`--json`). */
  readonly data?: unknown;
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

declare module "mdast" {
  interface LinkData {
    /** Leads to a message of a platform, and was made by us: no feed can say so. */
    isMessage?: boolean;
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
