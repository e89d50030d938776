import type { types } from "@slack/bolt";
import type { RootContent } from "mdast";
import type { Reply, ReplyAction } from "../../src/command/reply.ts";
import { toPlainText } from "../../src/summary/markdown.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { pagesOf } from "../../src/summary/pages.ts";
import { fallbackText } from "./message.ts";
import { type Part, section, text, toRichText } from "./rich-text.ts";

/** An answer as it is kept for a day, so that its buttons work whoever is asked. */
export interface Answer {
  readonly pages: readonly (readonly Part[])[];
  /** Where blocks are not shown. */
  readonly text: string;
  readonly mayShare: boolean;
  readonly actions?: readonly ReplyAction[];
}

export interface AnswerMessage {
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
}

/** A page is what one reads at a glance, and far below what Slack takes. */
const MOST_PAGE_CHARS = 2000;
const MOST_PAGE_JSON_CHARS = 9000;
/** Of an answer that is a page already, such as five hits of a search: it is divided only where it would be refused. */
const MOST_WHOLE_CHARS = 5000;
const MOST_WHOLE_JSON_CHARS = 16_000;

export const PREVIOUS = "wire_previous";
export const NEXT = "wire_next";
export const SHARE = "wire_share";
/** Behind these stands the number of the action; ids of buttons must differ within a block. */
export const PAGE = "wire_page_";
export const RUN = "wire_run_";
const MOST_LABEL_CHARS = 75;
const MOST_VALUE_CHARS = 2000;
const MOST_BUTTONS = 25;

export function toAnswer(reply: Reply, notes: readonly RootContent[] = []): Answer {
  const isPage = reply.actions?.some(({ kind }) => kind === "page") === true;
  const pages = pagesOf([...reply.body, ...notes], isPage ? fitsWhole : fitsPage).map((blocks) => toRichText(blocks));
  const plain = reply.body.map((block) => toPlainText(block)).join(" ");
  return {
    pages: reply.status === "refused" ? marked(pages) : pages,
    text: fallbackText(plain) || "Done.",
    mayShare: reply.status === "done",
    actions: reply.actions ?? [],
  };
}

function fitsPage(blocks: readonly RootContent[]): boolean {
  return fits(blocks, MOST_PAGE_CHARS, MOST_PAGE_JSON_CHARS);
}

function fitsWhole(blocks: readonly RootContent[]): boolean {
  return fits(blocks, MOST_WHOLE_CHARS, MOST_WHOLE_JSON_CHARS);
}

function fits(blocks: readonly RootContent[], mostChars: number, mostJsonChars: number): boolean {
  const chars = blocks.reduce((sum, block) => sum + toPlainText(block).length, 0);
  return chars <= mostChars && JSON.stringify(toRichText(blocks)).length <= mostJsonChars;
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
  // What has pages of its own is divided once more only where it is too long.
  const isPart = answer.actions?.some(({ kind }) => kind === "page") === true;
  const share = answer.actions?.find(({ kind }) => kind === "share")?.label ?? "Share to channel";
  const buttons = [
    ...(at > 0 ? [button(isPart ? "Up" : "‹ Previous", PREVIOUS, pageValue(id, at - 1))] : []),
    ...(at < last ? [button(isPart ? "More" : "Next ›", NEXT, pageValue(id, at + 1))] : []),
    ...acting(answer, "page", PAGE),
    ...(answer.mayShare ? [button(share, SHARE, pageValue(id, at))] : []),
    ...acting(answer, "run", RUN),
  ].slice(0, MOST_BUTTONS);
  const actions: types.KnownBlock[] = buttons.length === 0 ? [] : [{ type: "actions", elements: buttons }];
  return { text: answer.text, blocks: [...pageBlocks(answer, at), ...actions] };
}

/** All that an action needs is in its button: it works for as long as the message is seen, whatever is kept here. */
function acting(answer: Answer, kind: ReplyAction["kind"], id: string): types.Button[] {
  return (answer.actions ?? [])
    .filter((action) => action.kind === kind)
    .map(({ label, command, options }, i) => button(label, `${id}${String(i)}`, JSON.stringify({ command, options })))
    .filter(({ value = "" }) => value.length <= MOST_VALUE_CHARS);
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

function button(label: string, action: string, value: string): types.Button {
  return {
    type: "button",
    action_id: action,
    text: { type: "plain_text", text: cutLine(label, MOST_LABEL_CHARS), emoji: false },
    value,
  };
}

function pageValue(id: string, page: number): string {
  return `${id} ${String(page)}`;
}

/** The value of a button that turns or shares pages, back. */
export function buttonTarget(value: string): { id: string; page: number } | null {
  const [, id, page] = /^(\S+) (\d{1,4})$/.exec(value) ?? [];
  return id === undefined ? null : { id, page: Number(page) };
}

/** What a button asks for, back; null for what was not written here. */
export function buttonAction(value: string): Pick<ReplyAction, "command" | "options"> | null {
  try {
    const { command, options } = JSON.parse(value) as Partial<ReplyAction>;
    return command === undefined || options === undefined ? null : { command, options };
  } catch {
    return null;
  }
}
