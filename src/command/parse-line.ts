import type { Args, Command, CommandOption, TypedOptions } from "./command.ts";
import { queryOption } from "./query-line.ts";

/** Words that make no sense as this command: the message says how it is written. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Splits a typed line; quotes of either kind hold words together, a curly one counts as a straight one. */
export function splitLine(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/["“”]([^"“”]*)["“”]?|'([^']*)'(?=\s|$)|(\S+)/gu))
    words.push(match[1] ?? match[2] ?? match[3] ?? "");
  return words.filter((word) => word !== "");
}

export function usage(command: Pick<Command, "name" | "options">): string {
  const isQuery = queryOption(command) !== undefined;
  const typed = command.options.filter((option) => option.type !== "file");
  const options = typed.map((option) => {
    const isNamed = option.isNamed === true || isSwitch(option) || (isQuery && option.type !== "query");
    const choices = option.choices?.join("|") ?? (isNamed ? "…" : option.name);
    const name = isNamed ? `${option.name}:${choices}` : choices;
    return option.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name, ...options].join(" ");
}

/**
 * Words → the command's options, in order; any option may also be written `name:value`. A feed may be several words: it ends
 * where a word fits the next option that takes the rest, or where nothing but words for the options behind it is left; in front of
 * any text it is one word, or stands in quotes.
 */
export function parseArgs(command: Command, words: readonly string[]): Args {
  const args: Record<string, string | readonly string[]> = {};
  const rest = [...words];
  const open: CommandOption[] = [];
  for (const option of command.options.filter(({ type }) => type !== "file")) {
    const value = takeNamed(option, rest);
    if (value === undefined && option.isNamed !== true) open.push(option);
    else if (value !== undefined) args[option.name] = takesTheRest(option) ? [value] : value;
  }
  for (const [i, option] of open.entries()) {
    const value = option.type === "feed" ? takeFeed(open.slice(i + 1), rest) : take(option, rest);
    if (value !== undefined) args[option.name] = value;
  }
  if (rest.length > 0 && isComplete(command, args))
    throw new UsageError(`“${rest.join(" ")}” does not fit: ${usage(command)} — for example: ${command.example}`);
  return checked(command, args);
}

/** `name:value`; where the value alone says nothing, `name value` too. */
function takeNamed(option: CommandOption, rest: string[]): string | undefined {
  const at = rest.findIndex((word) => word.startsWith(`${option.name}:`) && !word.startsWith(`${option.name}://`));
  if (at !== -1) return rest.splice(at, 1)[0]?.slice(option.name.length + 1);
  const pair = isSwitch(option)
    ? rest.findIndex((word, i) => word.toLowerCase() === option.name && fits(option, rest[i + 1] ?? ""))
    : -1;
  return pair === -1 ? undefined : rest.splice(pair, 2)[1]?.toLowerCase();
}

/** "on", "off" and "yes" say nothing without what they are for. */
function isSwitch(option: Pick<CommandOption, "choices">): boolean {
  return option.choices?.some((choice) => choice === "on" || choice === "yes") ?? false;
}

/** Options that were told apart already → what the command takes. Throws `UsageError`. */
export function toArgs(command: Command, options: TypedOptions): Args {
  const args: Record<string, string | readonly string[]> = {};
  for (const option of command.options.filter(({ type }) => type !== "file")) {
    const value = options[option.name]?.trim() ?? "";
    if (value !== "") args[option.name] = takesTheRest(option) ? splitLine(value) : value;
  }
  return checked(command, args);
}

function takesTheRest(option: CommandOption): boolean {
  return option.type === "words" || option.type === "authors";
}

function isComplete(command: Command, args: Args): boolean {
  return command.options.every((option) => !option.required || args[option.name] !== undefined);
}

function checked(command: Command, args: Args): Args {
  const missing = command.options.find((option) => option.required && args[option.name] === undefined);
  if (missing !== undefined)
    throw new UsageError(`${missing.name} is missing: ${usage(command)} — for example: ${command.example}`);
  check(command, args);
  return args;
}

function fits(option: CommandOption, word: string): boolean {
  if (option.type === "choice") return option.choices?.includes(word.toLowerCase()) ?? false;
  return option.type === "integer" && /^\d+$/.test(word);
}

function takeFeed(behind: readonly CommandOption[], rest: string[]): string | undefined {
  const [next] = behind;
  if (next?.type === "rest") return rest.shift();
  const end =
    next !== undefined && behind.some(takesTheRest)
      ? rest.findIndex((word) => fits(next, word))
      : rest.length - fittingAtEnd(behind, rest);
  const words = rest.splice(0, end === -1 ? rest.length : end);
  return words.length === 0 ? undefined : words.join(" ");
}

/** How many words at the end fit these options, each once and in their order. */
function fittingAtEnd(options: readonly CommandOption[], words: readonly string[]): number {
  let count = 0;
  for (const option of options.toReversed()) if (fits(option, words.at(-1 - count) ?? "")) count += 1;
  return count;
}

function take(option: CommandOption, rest: string[]): string | readonly string[] | undefined {
  if (rest.length === 0) return undefined;
  switch (option.type) {
    case "words":
    case "authors":
      return rest.splice(0);
    case "rest":
      return rest.splice(0).join(" ");
    case "choice":
    case "integer":
      return fits(option, rest[0] ?? "") ? rest.shift()?.toLowerCase() : undefined;
    case "feed":
    case "text":
    case "author":
    case "query":
      return rest.shift();
    case "file":
      return undefined;
  }
}

function check(command: Command, args: Args): void {
  for (const option of command.options) {
    const value = args[option.name];
    if (typeof value !== "string" || isFree(option) || fits(option, value)) continue;
    throw new UsageError(`${option.name} cannot be “${value}”: ${usage(command)} — for example: ${command.example}`);
  }
}

function isFree({ type }: CommandOption): boolean {
  return type === "text" || type === "feed" || type === "rest" || type === "author" || type === "query";
}
