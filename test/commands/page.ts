import { usage } from "../../src/command/parse-line.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import type { Answered } from "./play.ts";

const introduction = `# Commands

The same on every platform: \`/wire …\` on Discord and Slack, \`!wire …\` on Matrix and on the console. From a shell, for any channel:
\`npm run --silent wire -- --channel console:main feeds\`.

Each example is what a bot that follows a sample planet really answered; \`npm run commands\` writes the page, and a test holds it in step.
Durations in answers are examples. \`<…>\` must be there, \`[…]\` may be; a value may also be written \`option:value\`, in any order.
`;

/** The page `docs/commands.md`. */
export function commandsPage(all: readonly Answered[], clean: (text: string) => string): string {
  const contents = all.map(({ command }) => `- [\`${command.name}\`](#${command.name}): ${command.description}`);
  return `${[introduction, ...contents, "", ...all.map((one) => section(one, clean))].join("\n").trimEnd()}\n`;
}

function section({ command, answers }: Answered, clean: (text: string) => string): string {
  const who =
    command.permission === "manage" ? "For those who may change what is posted here." : "Looking is for everyone.";
  const rows = command.options.map(
    ({ name, description, required, choices }) =>
      `| \`${name}\` | ${description}${choices === undefined ? "" : `: ${choices.join(", ")}`} | ${required ? "yes" : ""} |`,
  );
  const table = rows.length === 0 ? "" : ["", "| option | | required |", "|---|---|---|", ...rows, ""].join("\n");
  const shown = answers.map(({ line, reply }) => {
    const answer = clean(toMarkdown({ type: "root", children: [...reply.body] }));
    const quoted = answer.split("\n").map((row) => (row === "" ? ">" : `> ${row}`));
    return [
      "```",
      `!wire ${clean(line).replace("FEED", "https://planet.harbour.example/atom.xml")}`,
      "```",
      "",
      ...quoted,
      "",
    ].join("\n");
  });
  return [`## ${command.name}`, "", `\`${usage(command)}\``, "", `${command.description} ${who}`, table, ...shown].join(
    "\n",
  );
}
