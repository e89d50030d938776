import {
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord.js";
import type { Command, CommandOption } from "../../src/command/command.ts";
import { cutLine } from "../../src/summary/cut-line.ts";
import { MOST_CHOICES, MOST_DESCRIPTION_CHARS } from "./limits.ts";

export const ROOT = "wire";

/** `/wire` with a subcommand for each row of the table. Rights are asked at run time, so that everyone may look. */
export function commandJson(commands: readonly Command[]): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.ChatInput,
    name: ROOT,
    description: "Feeds in this channel: follow, filter, read.",
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: commands.slice(0, MOST_CHOICES).map(subcommand),
  };
}

function subcommand(command: Command): APIApplicationCommandSubcommandOption {
  // Required options must come first; the order is otherwise that of the table.
  const options = [...command.options].sort((a, b) => Number(b.required) - Number(a.required));
  return {
    type: ApplicationCommandOptionType.Subcommand,
    name: command.name,
    description: cutLine(command.description, MOST_DESCRIPTION_CHARS),
    options: options.map(optionJson),
  };
}

type Basic = Exclude<APIApplicationCommandOption, { type: 1 | 2 }>;

function optionJson(option: CommandOption): Basic {
  const common = {
    name: option.name,
    description: cutLine(option.description, MOST_DESCRIPTION_CHARS),
    required: option.required,
  };
  if (option.type === "integer") return { ...common, type: ApplicationCommandOptionType.Integer, min_value: 0 };
  if (option.type === "file") return { ...common, type: ApplicationCommandOptionType.Attachment };
  if (option.type === "choice") {
    const choices = (option.choices ?? []).slice(0, MOST_CHOICES).map((name) => ({ name, value: name }));
    return { ...common, type: ApplicationCommandOptionType.String, choices };
  }
  const type = ApplicationCommandOptionType.String;
  // Where nothing is known to offer, an empty list would only be in the way of typing.
  return isCompleted(option) ? { ...common, type, autocomplete: true } : { ...common, type };
}

const completed: readonly CommandOption["type"][] = ["feed", "author", "authors", "query"];

function isCompleted(option: CommandOption): boolean {
  return completed.includes(option.type) || option.name === "command";
}

/** Whether Discord has these commands already, whatever defaults its answer adds. */
export function isSame(registered: readonly unknown[], wanted: readonly unknown[]): boolean {
  return JSON.stringify(registered.map(shape)) === JSON.stringify(wanted.map(shape));
}

type Loose = Readonly<Record<string, unknown>>;

function shape(value: unknown): object {
  const one = value as Loose;
  return {
    type: one["type"] ?? ApplicationCommandType.ChatInput,
    name: one["name"],
    description: one["description"],
    required: one["required"] ?? false,
    autocomplete: one["autocomplete"] ?? false,
    min: one["min_value"] ?? null,
    choices: ((one["choices"] ?? []) as Loose[]).map((choice) => [choice["name"], choice["value"]]),
    contexts: one["contexts"] ?? null,
    installs: one["integration_types"] ?? null,
    rights: one["default_member_permissions"] ?? null,
    options: ((one["options"] ?? []) as unknown[]).map(shape),
  };
}
