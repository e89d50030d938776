import type { types } from "@slack/bolt";
import type { RootContent } from "mdast";
import type { Reply } from "../../src/command/reply.ts";
import { toPlainText } from "../../src/summary/markdown.ts";
import { pagesOf } from "../../src/summary/pages.ts";
import { fallbackText } from "./message.ts";
import { type Part, section, text, toRichText } from "./rich-text.ts";

/** An answer as it is kept for a day, so that its buttons work whoever is asked. */
export interface Answer {
  readonly pages: readonly (readonly Part[])[];
  /** Where blocks are not shown. */
  readonly text: string;
  readonly mayShare: boolean;
}

export interface AnswerMessage {
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
}

/** A page is what one reads at a glance, and far below what Slack takes. */
const MOST_PAGE_CHARS = 2000;
const MOST_PAGE_JSON_CHARS = 9000;

export const PREVIOUS = "wire_previous";
export const NEXT = "wire_next";
export const SHARE = "wire_share";

export function toAnswer(reply: Reply, notes: readonly RootContent[] = []): Answer {
  const pages = pagesOf([...reply.body, ...notes], fitsPage).map((blocks) => toRichText(blocks));
  const plain = reply.body.map((block) => toPlainText(block)).join(" ");
  return {
    pages: reply.status === "refused" ? marked(pages) : pages,
    text: fallbackText(plain) || "Done.",
    mayShare: reply.status === "done",
  };
}

function fitsPage(blocks: readonly RootContent[]): boolean {
  const chars = blocks.reduce((sum, block) => sum + toPlainText(block).length, 0);
  return chars <= MOST_PAGE_CHARS && JSON.stringify(toRichText(blocks)).length <= MOST_PAGE_JSON_CHARS;
}

function marked(pages: readonly (readonly Part[])[]): readonly (readonly Part[])[] {
  const [[first, ...parts] = [], ...rest] = pages;
  const head =
    first?.type === "rich_text_section"
      ? [section([text("✘ ", {}), ...first.elements])]
      : [section([text("✘", {})]), ...(first === undefined ? [] : [first])];
  return [[...head, ...parts], ...rest];
}

/** What one person sees: a page, where it stands, and buttons. `id` names the kept answer. */
export function privateMessage(answer: Answer, id: string, page: number): AnswerMessage {
  const last = answer.pages.length - 1;
  const at = Math.min(Math.max(page, 0), last);
  const buttons = [
    ...(at > 0 ? [button("‹ Previous", PREVIOUS, id, at - 1)] : []),
    ...(at < last ? [button("Next ›", NEXT, id, at + 1)] : []),
    ...(answer.mayShare ? [button("Share to channel", SHARE, id, at)] : []),
  ];
  const actions: types.KnownBlock[] = buttons.length === 0 ? [] : [{ type: "actions", elements: buttons }];
  return { text: answer.text, blocks: [...pageBlocks(answer, at), ...actions] };
}

/** The same page for everybody; who shared it is plain text and pings nobody. */
export function sharedMessage(answer: Answer, page: number, by: string): AnswerMessage {
  const shared: types.KnownBlock = {
    type: "context",
    elements: [{ type: "plain_text", text: `Shared by ${by}`, emoji: false }],
  };
  return { text: answer.text, blocks: [...pageBlocks(answer, page), shared] };
}

function pageBlocks(answer: Answer, page: number): types.KnownBlock[] {
  const parts = answer.pages[page] ?? [];
  const elements = parts.length > 0 ? [...parts] : [section([text("Done.", {})])];
  const where = `Page ${String(page + 1)} of ${String(answer.pages.length)}`;
  return [
    { type: "rich_text", elements },
    ...(answer.pages.length > 1
      ? [{ type: "context" as const, elements: [{ type: "plain_text" as const, text: where, emoji: false }] }]
      : []),
  ];
}

function button(label: string, action: string, id: string, page: number): types.Button {
  return {
    type: "button",
    action_id: action,
    text: { type: "plain_text", text: label, emoji: false },
    value: `${id} ${String(page)}`,
  };
}

/** The value of a button, back. */
export function buttonTarget(value: string): { id: string; page: number } | null {
  const [, id, page] = /^(\S+) (\d{1,4})$/.exec(value) ?? [];
  return id === undefined ? null : { id, page: Number(page) };
}
