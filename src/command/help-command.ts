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
    run: async (_context, args) => await Promise.resolve(runHelp(others, args)),
  };
}

function runHelp(commands: readonly CommandRow[], args: Args): Reply {
  const name = text(args, "command").toLowerCase();
  if (name === "")
    return done([bulletList(commands.map((command) => [code(usage(command)), ` — ${command.description}`]))]);
  const command = commands.find((one) => one.name === name);
  if (command === undefined)
    return refused(`There is no command “${name}”. There are: ${commands.map((one) => one.name).join(", ")}.`);
  const options = command.options.map((option) => [
    strong(option.name),
    ` — ${option.description}${option.choices === undefined ? "" : ` (${option.choices.join(", ")})`}`,
  ]);
  return done([
    paragraph(code(usage(command)), ` — ${command.description}`),
    ...(options.length > 0 ? [bulletList(options)] : []),
    paragraph("For example: ", code(command.example)),
  ]);
}
