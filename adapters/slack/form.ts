import type { types } from "@slack/bolt";
import type { Command, CommandOption, Completion, TypedOptions } from "../../src/command/command.ts";
import { cutLine } from "../../src/summary/cut-line.ts";

export const CHOOSE = "wire_choose";
export const FORM = "wire_form";
/** Actions and blocks of a form bear the option's name behind this. */
export const OPTION = "option_";
const COMMAND = `${OPTION}command_name`;

/** What a modal must remember; Slack keeps it in private_metadata and shows it to nobody. */
export interface FormMemory {
  readonly command: string;
  readonly channel: string;
  readonly team: string;
  /** Where the answer goes: the address that came with the slash command, good for half an hour. */
  readonly responseUrl: string;
}

const MOST_LABEL_CHARS = 75;
const MOST_VALUE_CHARS = 150;
const MOST_OPTIONS = 100;

/** Typed alone, a command asks for what it needs: what is required, and names and words, which a form completes. */
export function needsForm(command: Command): boolean {
  const asks = ["authors", "words", "query"];
  return command.options.some((option) => option.required || asks.includes(option.type));
}

/** `/wire` alone: which command? */
export function chooseView(commands: readonly Command[], memory: FormMemory): types.ModalView {
  const options = commands.map((command) => optionObject(command.name, `${command.name}: ${command.description}`));
  const element: types.StaticSelect = { type: "static_select", action_id: COMMAND, options };
  const block: types.KnownBlock = { type: "input", block_id: COMMAND, label: plain("What shall I do?"), element };
  return view(CHOOSE, "Planetwire", "Go on", [block], memory);
}

export function formView(command: Command, memory: FormMemory): types.ModalView {
  const intro: types.KnownBlock = {
    type: "context",
    elements: [plain(command.description), plain(`For example: /wire ${command.example}`)],
  };
  const inputs = command.options.map(inputBlock);
  return view(FORM, `/wire ${command.name}`, "Do it", [intro, ...inputs], { ...memory, command: command.name });
}

function view(
  callback: string,
  title: string,
  submit: string,
  blocks: types.KnownBlock[],
  memory: FormMemory,
): types.ModalView {
  return {
    type: "modal",
    callback_id: callback,
    title: plain(cutLine(title, 24)),
    submit: plain(submit),
    close: plain("Cancel"),
    private_metadata: JSON.stringify(memory),
    blocks,
  };
}

function inputBlock(option: CommandOption): types.KnownBlock {
  const id = `${OPTION}${option.name}`;
  return {
    type: "input",
    block_id: id,
    optional: !option.required,
    label: plain(option.name[0]?.toUpperCase().concat(option.name.slice(1)) ?? option.name),
    hint: plain(option.description),
    element: inputElement(option, id),
  };
}

function inputElement(option: CommandOption, id: string): types.InputBlock["element"] {
  switch (option.type) {
    case "feed":
      return { type: "external_select", action_id: id, min_query_length: 0, placeholder: plain("Choose a feed") };
    case "author":
      return { type: "external_select", action_id: id, min_query_length: 0, placeholder: plain("Choose a name") };
    case "authors":
      return { type: "multi_external_select", action_id: id, min_query_length: 0, placeholder: plain("Choose names") };
    case "choice":
      return {
        type: "static_select",
        action_id: id,
        options: (option.choices ?? []).map((choice) => optionObject(choice, choice)),
      };
    case "text":
      if (option.name === "command")
        return { type: "external_select", action_id: id, min_query_length: 0, placeholder: plain("Choose a command") };
      return { type: "plain_text_input", action_id: id };
    case "integer":
    case "words":
    case "rest":
    case "query":
      return { type: "plain_text_input", action_id: id };
    case "file":
      return { type: "file_input", action_id: id, max_files: 1 };
  }
}

function plain(value: string): types.PlainTextElement {
  return { type: "plain_text", text: value, emoji: false };
}

function optionObject(value: string, label: string): types.PlainTextOption {
  return { text: plain(cutLine(label, MOST_LABEL_CHARS)), value };
}

/** Completions as a select shows them; a value that Slack would not take cannot be offered. */
export function toOptions(completions: readonly Completion[]): types.PlainTextOption[] {
  return completions
    .filter(({ value, label }) => value !== "" && value.length <= MOST_VALUE_CHARS && label.trim() !== "")
    .slice(0, MOST_OPTIONS)
    .map(({ value, label }) => optionObject(value, label));
}

interface FieldState {
  readonly value?: string | null;
  readonly selected_option?: { readonly value?: string } | null;
  readonly selected_options?: readonly { readonly value?: string }[];
}

export type FormState = Readonly<Record<string, Readonly<Record<string, FieldState>>>>;

/** What was filled in, by option; several names are one list. */
export function filledIn(state: FormState): TypedOptions {
  const fields = Object.values(state).flatMap((block) => Object.entries(block));
  const filled = fields.map(([id, field]): [string, string] => [id.slice(OPTION.length), valueOf(field)]);
  return Object.fromEntries(filled.filter(([, value]) => value !== ""));
}

function valueOf(field: FieldState): string {
  if (field.selected_options !== undefined) return field.selected_options.map((one) => one.value ?? "").join(", ");
  return (field.selected_option?.value ?? field.value ?? "").trim();
}

export function chosenCommand(state: FormState): string {
  return state[COMMAND]?.[COMMAND]?.selected_option?.value ?? "";
}

export function formMemory(privateMetadata: string): FormMemory | null {
  try {
    return JSON.parse(privateMetadata) as FormMemory;
  } catch {
    return null;
  }
}
