import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIContainerComponent,
  type APIFileComponent,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import type { Reply, ReplyAction, ReplyFile } from "../../src/command/reply.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { pagesOf } from "../../src/summary/pages.ts";
import { toDiscord } from "./markdown.ts";
import { textDisplay } from "./render.ts";

/** A page that a person takes in without scrolling far; Discord would allow twice as much. */
const MOST_PAGE_CHARS = 1800;
/** What no page can take is cut so far that it surely fits, escaped or not. */
const MOST_CHARS = 3800;
const IN_A_ROW = 5;
const MOST_ROWS = 5;
const MOST_LABEL_CHARS = 80;
const DONE_COLOR = 0x5865f2;
const REFUSED_COLOR = 0xda373c;

/** What is kept of an answer, so that its buttons work after a restart. */
export interface Answer {
  readonly userId: string;
  readonly isRefused: boolean;
  readonly pages: readonly string[];
  readonly actions?: readonly ReplyAction[];
}

export function answerOf(reply: Reply, userId: string): Answer {
  const actions = reply.actions ?? [];
  // What has pages of its own is not divided once more, unless Discord would refuse it.
  const mostChars = actions.some(({ kind }) => kind === "page") ? MOST_CHARS : MOST_PAGE_CHARS;
  const fits = (blocks: Reply["body"] | Parameters<typeof toDiscord>[0]): boolean =>
    toDiscord(blocks).length <= mostChars;
  const pages = pagesOf(reply.body, fits).map((blocks) => toDiscord(blocks).slice(0, MOST_CHARS) || "Done.");
  return { userId, isRefused: reply.status === "refused", pages, actions };
}

/** `turn` and `share` are about a page of the answer, by its number; `page` and `run` about an action of it. */
const kinds = { p: "turn", s: "share", a: "page", r: "run" } as const;

export interface Press {
  readonly kind: (typeof kinds)[keyof typeof kinds];
  readonly answerId: string;
  readonly number: number;
}

const customId = /^pw1:([psar]):(\d{1,20}):(\d{1,4})$/;

/** What a button of ours means; null for any other. */
export function parsePress(id: string): Press | null {
  const [, kind, answerId = "", number = ""] = customId.exec(id) ?? [];
  return kind === undefined ? null : { kind: kinds[kind as keyof typeof kinds], answerId, number: Number(number) };
}

function idOf(kind: keyof typeof kinds, answerId: string, number: number): string {
  return `pw1:${kind}:${answerId}:${String(number)}`;
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
  const buttons = [
    ...turning(answer, answerId, at),
    ...acting(answer, answerId, "page"),
    ...sharing(answer, answerId, at, isShared),
    ...acting(answer, answerId, "run"),
  ];
  return [card(answer, at), ...rowsOf(buttons)];
}

/** Components / Reference, "Action Row": five buttons in each, and five rows are more than anybody looks through. */
function rowsOf(buttons: readonly Button[]): APIActionRowComponent<Button>[] {
  const starts = Array.from(
    { length: Math.min(MOST_ROWS, Math.ceil(buttons.length / IN_A_ROW)) },
    (_, i) => i * IN_A_ROW,
  );
  return starts.map((start) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(start, start + IN_A_ROW),
  }));
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

type Button = APIButtonComponentWithCustomId;

function button(label: string, custom_id: string, disabled = false): Button {
  return { type: ComponentType.Button, style: ButtonStyle.Secondary, label, custom_id, disabled };
}

function turning(answer: Answer, answerId: string, page: number): Button[] {
  if (answer.pages.length < 2) return [];
  const to = (label: string, target: number): Button =>
    button(label, idOf("p", answerId, Math.max(0, target)), target < 0 || target >= answer.pages.length);
  const isPart = answer.actions?.some(({ kind }) => kind === "page") === true;
  const [back, on] = [to(isPart ? "Up" : "Back", page - 1), to(isPart ? "More" : "Next", page + 1)];
  // Two buttons of one message cannot have one id: a disabled one may point anywhere.
  return back.custom_id === on.custom_id ? [{ ...back, custom_id: `${back.custom_id}0` }, on] : [back, on];
}

function acting(answer: Answer, answerId: string, kind: "page" | "run"): Button[] {
  return (answer.actions ?? []).flatMap((action, i) =>
    action.kind === kind
      ? [button(cutLine(action.label, MOST_LABEL_CHARS), idOf(kind === "page" ? "a" : "r", answerId, i))]
      : [],
  );
}

function sharing(answer: Answer, answerId: string, page: number, isShared: boolean): Button[] {
  if (answer.isRefused) return [];
  const named = answer.actions?.find(({ kind }) => kind === "share")?.label ?? "Share";
  return [button(isShared ? "Shared" : cutLine(named, MOST_LABEL_CHARS), idOf("s", answerId, page), isShared)];
}
