import { GROUPS, type Variable } from "../../src/config-table.ts";

const WIDTH = 140;
const RULE = 74;

const INTRODUCTION =
  "Planetwire reads these from the environment, and before that from a file `.env` in its working folder. Every line shows the default; nothing has to be set. Made of src/config-table.ts by `npm run settings`.";
const SECRETS =
  "Every token and secret, and REDIS_URL, may also be given as NAME_FILE, the name of a file that holds it.";

/** `.env.example`: every variable with its default, below what it does. */
export function exampleFile(): string {
  const groups = Object.entries(GROUPS).map(([group, variables]) => [
    `# --- ${group} `.padEnd(RULE, "-"),
    ...Object.entries(variables).flatMap(([name, row]: [string, Variable]) => [
      ...comment(row.help),
      `${name}=${row.default}`,
    ]),
  ]);
  return [[...comment(INTRODUCTION), ...comment(SECRETS)], ...groups]
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function comment(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}
