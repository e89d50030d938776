import { invalidForm } from "./api-error.ts";
import { Fields } from "./fields.ts";
import { isJson, type Json, listOf, numberOf, textOf } from "./json.ts";

const MOST_COMMANDS = 100;
const MOST_OPTIONS = 25;
const MOST_CHARS = 8000;
const optionType = { subcommand: 1, group: 2, string: 3, integer: 4, number: 10 } as const;
/** Interactions / Application Commands, "Application Command Naming": lower case where the script has one. */
const commandName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

type Path = readonly (string | number)[];

/** Interactions / Application Commands, "Bulk Overwrite Global Application Commands": throws 50035 for what does not fit. */
export function checkCommands(commands: readonly unknown[]): void {
  const fields = new Fields();
  fields.count([], commands, 0, MOST_COMMANDS);
  const names = commands.map((one) => (isJson(one) ? textOf(one["name"]) : ""));
  if (new Set(names).size < names.length)
    fields.add([], "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
  for (const [i, value] of commands.entries()) {
    const command = isJson(value) ? value : {};
    checkNamed(fields, [i], command);
    checkOptions(fields, [i], listOf(command["options"]));
    if (charsOf(command) > MOST_CHARS)
      fields.add([i], "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
  }
  if (fields.found.length > 0) throw invalidForm(fields.found);
}

function checkNamed(fields: Fields, path: Path, one: Json): void {
  const name = textOf(one["name"]);
  if (!commandName.test(name) || name !== name.toLowerCase())
    fields.add([...path, "name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
  fields.length([...path, "description"], one["description"], 1, 100);
}

/** "Application Command Option Structure": up to 25, required ones first, names unique. */
function checkOptions(fields: Fields, path: Path, options: readonly unknown[]): void {
  fields.count([...path, "options"], options, 0, MOST_OPTIONS);
  const all = options.map((one) => (isJson(one) ? one : {}));
  if (new Set(all.map((one) => one["name"])).size < all.length)
    fields.add([...path, "options"], "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique");
  const firstOptional = all.findIndex((one) => one["required"] !== true);
  if (firstOptional !== -1 && all.slice(firstOptional).some((one) => one["required"] === true))
    fields.add(
      [...path, "options"],
      "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
      "Required options must be placed before non-required options",
    );
  for (const [i, option] of all.entries()) checkOption(fields, [...path, "options", i], option);
}

function checkOption(fields: Fields, path: Path, option: Json): void {
  checkNamed(fields, path, option);
  const type = numberOf(option["type"]);
  if (!(Number.isInteger(type) && type >= 1 && type <= 11))
    fields.add([...path, "type"], "BASE_TYPE_CHOICES", "Value must be one of {1, …, 11}.");
  if (type === optionType.subcommand || type === optionType.group) {
    checkOptions(fields, path, listOf(option["options"]));
    return;
  }
  const choices = listOf(option["choices"]);
  fields.count([...path, "choices"], choices, 0, MOST_OPTIONS);
  for (const [i, value] of choices.entries()) {
    const choice = isJson(value) ? value : {};
    fields.length([...path, "choices", i, "name"], choice["name"], 1, 100);
    if (type === optionType.string) fields.length([...path, "choices", i, "value"], choice["value"], 0, 100);
  }
  if (option["autocomplete"] === true && choices.length > 0)
    fields.add(
      [...path, "autocomplete"],
      "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
      "autocomplete may not be set with choices",
    );
}

/** "Application command ... combined maximum of 8000 characters for name, description and value of the command, its options and choices". */
function charsOf(one: Json): number {
  const own = textOf(one["name"]).length + textOf(one["description"]).length + textOf(one["value"]).length;
  const children = [...listOf(one["options"]), ...listOf(one["choices"])].filter(isJson);
  return children.reduce((sum, child) => sum + charsOf(child), own);
}
