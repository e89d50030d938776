import type { Args, Command, CommandOption } from "./command.ts";

/** A word with the quoted parts in it. */
const words = /(?:[^\s"“”]|["“”][^"“”]*["“”]?)+/gu;

/** The option whose text is read as it was typed, quotes and all: then everything that follows belongs to it. */
export function queryOption(command: Pick<Command, "options">): CommandOption | undefined {
  return command.options.find(({ type }) => type === "query");
}

/** What was typed behind such a command: its whole numbers stand as `name:number` anywhere, the rest is the query. */
export function queryArgs(command: Command, typed: string): Args {
  const args: Record<string, string> = {};
  const numbers = command.options.filter(({ type }) => type === "integer").map(({ name }) => name);
  const query = typed.replaceAll(words, (word) => {
    const [, name = "", value = ""] = /^(\w+):(\d{1,9})$/.exec(word) ?? [];
    if (!numbers.includes(name)) return word;
    args[name] = value;
    return "";
  });
  const option = queryOption(command)?.name ?? "";
  const text = query.replaceAll(/\s+/gu, " ").trim();
  return text === "" ? args : { ...args, [option]: text };
}

/** Words of a shell, which takes quotes away: what holds spaces was quoted. One word alone is the whole query. */
export function unsplit(argv: readonly string[]): string {
  if (argv.length < 2) return argv[0] ?? "";
  return argv
    .map((word) => {
      if (!/\s/.test(word) || /["“”]/.test(word)) return word;
      const [, key = "", value = word] = /^(-?\w+:|-)?([^]*)$/u.exec(word) ?? [];
      return `${key}"${value}"`;
    })
    .join(" ");
}
