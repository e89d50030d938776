import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { type Answered, playCommands } from "./play.ts";
import { commandsPage } from "./page.ts";

let answered: readonly Answered[] = [];
let clean: (text: string) => string = (text) => text;

beforeAll(async () => {
  ({ answered, clean } = await playCommands());
});

test("docs/commands.md shows what commands really answer; if not: npm run commands", async () => {
  const page = await readFile(new URL("../../docs/commands.md", import.meta.url), "utf8");
  expect(page).toBe(commandsPage(answered, clean));
});

test("it shows every command of the table, and no example is refused", () => {
  for (const { command, answers } of answered) {
    expect({ command: command.name, shown: answers.length > 0 }).toEqual({ command: command.name, shown: true });
    for (const { line, reply } of answers) expect({ line, status: reply.status }).toEqual({ line, status: "done" });
  }
});
