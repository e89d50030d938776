import type { Args, CommandRow } from "./command.ts";
import { text } from "./deps.ts";
import { usage } from "./parse-line.ts";
import { bulletList, code, done, paragraph, refused, type Reply, strong } from "./reply.ts";

export function helpCommand(others: readonly CommandRow[]): CommandRow {
  return {
    name: "help",
    description: "What can be asked, or more about one command.",
    example: "help authors",
    permission: "look",
    options: [{ name: "command", description: "The command to explain", type: "text", required: false }],
    run: async ({ prefix = "" }, args) => await Promise.resolve(runHelp(others, args, prefix)),
  };
}

/** Lines as they are typed there. */
function runHelp(commands: readonly CommandRow[], args: Args, prefix: string): Reply {
  const typed = (line: string) => code(`${prefix} ${line}`.trim());
  const name = text(args, "command").toLowerCase();
  if (name === "")
    return done([bulletList(commands.map((command) => [typed(usage(command)), ` — ${command.description}`]))]);
  const command = commands.find((one) => one.name === name);
  if (command === undefined)
    return refused(`There is no command “${name}”. There are: ${commands.map((one) => one.name).join(", ")}.`);
  const options = command.options.map((option) => [
    strong(option.name),
    ` — ${option.description}${option.choices === undefined ? "" : ` (${option.choices.join(", ")})`}`,
  ]);
  return done([
    paragraph(typed(usage(command)), ` — ${command.description}`),
    ...(options.length > 0 ? [bulletList(options)] : []),
    paragraph("For example: ", typed(command.example)),
  ]);
}
