import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIContainerComponent,
  type APIFileComponent,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import type { Reply, ReplyFile } from "../../src/command/reply.ts";
import { pagesOf } from "../../src/summary/pages.ts";
import { toDiscord } from "./markdown.ts";
import { textDisplay } from "./render.ts";

/** A page that a person takes in without scrolling far; Discord would allow twice as much. */
const MOST_PAGE_CHARS = 1800;
/** What no page can take is cut so far that it surely fits, escaped or not. */
const MOST_CHARS = 3800;
const DONE_COLOR = 0x5865f2;
const REFUSED_COLOR = 0xda373c;

/** What is kept of an answer, so that its buttons work after a restart. */
export interface Answer {
  readonly userId: string;
  readonly isRefused: boolean;
  readonly pages: readonly string[];
}

export function answerOf(reply: Reply, userId: string): Answer {
  const fits = (blocks: Reply["body"] | Parameters<typeof toDiscord>[0]): boolean =>
    toDiscord(blocks).length <= MOST_PAGE_CHARS;
  const pages = pagesOf(reply.body, fits).map((blocks) => toDiscord(blocks).slice(0, MOST_CHARS) || "Done.");
  return { userId, isRefused: reply.status === "refused", pages };
}

export type Press =
  | { readonly kind: "page"; readonly page: number }
  | { readonly kind: "share"; readonly page: number };

const customId = /^pw1:([ps]):(\d{1,20}):(\d{1,4})$/;

/** What a button of ours means; null for any other. */
export function parsePress(id: string): { readonly answerId: string; readonly press: Press } | null {
  const [, kind, answerId = "", page = ""] = customId.exec(id) ?? [];
  if (kind === undefined) return null;
  return { answerId, press: { kind: kind === "p" ? "page" : "share", page: Number(page) } };
}

/** One page of an answer, with its buttons where it is kept under a name. */
export function pageComponents(
  answer: Answer,
  answerId: string | null,
  page: number,
  isShared = false,
): APIMessageTopLevelComponent[] {
  const at = Math.min(Math.max(0, page), answer.pages.length - 1);
  if (answerId === null) return [card(answer, at)];
  const buttons = [...turning(answer, answerId, at), ...sharing(answer, answerId, at, isShared)];
  const row: APIActionRowComponent<APIButtonComponentWithCustomId> = {
    type: ComponentType.ActionRow,
    components: buttons,
  };
  return [card(answer, at), ...(buttons.length === 0 ? [] : [row])];
}

/** The file that comes with an answer: without it, an attachment is not shown where there are components. */
export function fileComponent({ name }: ReplyFile): APIFileComponent {
  return { type: ComponentType.File, file: { url: `attachment://${name}` } };
}

/** What everybody is shown of it. */
export function sharedComponents(answer: Answer, page: number): APIMessageTopLevelComponent[] {
  const at = Math.min(Math.max(0, page), answer.pages.length - 1);
  return [card(answer, at, `-# shared by <@${answer.userId}>`)];
}

function card(answer: Answer, page: number, foot = ""): APIContainerComponent {
  const number = answer.pages.length > 1 ? `-# page ${String(page + 1)} of ${String(answer.pages.length)}` : "";
  const texts = [answer.pages[page] ?? "", number, foot].filter((text) => text !== "").map(textDisplay);
  return {
    type: ComponentType.Container,
    accent_color: answer.isRefused ? REFUSED_COLOR : DONE_COLOR,
    components: texts,
  };
}

function turning(answer: Answer, answerId: string, page: number): APIButtonComponentWithCustomId[] {
  if (answer.pages.length < 2) return [];
  const to = (label: string, target: number): APIButtonComponentWithCustomId => ({
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    label,
    custom_id: `pw1:p:${answerId}:${String(Math.max(0, target))}`,
    disabled: target < 0 || target >= answer.pages.length,
  });
  const [back, on] = [to("Back", page - 1), to("Next", page + 1)];
  // Two buttons of one message cannot have one id: a disabled one may point anywhere.
  return back.custom_id === on.custom_id ? [{ ...back, custom_id: `${back.custom_id}0` }, on] : [back, on];
}

function sharing(answer: Answer, answerId: string, page: number, isShared: boolean): APIButtonComponentWithCustomId[] {
  if (answer.isRefused) return [];
  return [
    {
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label: isShared ? "Shared" : "Share",
      custom_id: `pw1:s:${answerId}:${String(page)}`,
      disabled: isShared,
    },
  ];
}
