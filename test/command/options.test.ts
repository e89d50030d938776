import { pino } from "pino";
import { expect, test } from "vitest";
import type { Args, Command } from "../../src/command/command.ts";
import { done } from "../../src/command/reply.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { runOptions } from "../../src/command/table.ts";

const log = pino({ level: "silent" });

function commandThat(run: (args: Args) => void): Command {
  return {
    name: "authors",
    description: "",
    example: "authors 1 include Ada",
    permission: "look",
    options: [
      { name: "feed", description: "", type: "feed", required: true },
      { name: "action", description: "", type: "choice", required: false, choices: ["list", "include"] },
      { name: "names", description: "", type: "authors", required: false },
    ],
    run: async (_context, args) => {
      run(args);
      return await Promise.resolve(done([]));
    },
  };
}

async function ask(command: Command, options: Record<string, string>) {
  const reply = await runOptions([command], { channel: "test:1", role: "member" }, "authors", options, log);
  return { status: reply.status, text: toMarkdown({ type: "root", children: [...reply.body] }) };
}

test("options told apart by the platform reach the command, lists as words", async () => {
  let seen: Args = {};
  const command = commandThat((args) => (seen = args));
  await ask(command, { feed: "Kernel Planet", action: "include", names: 'Ada "Grace Hopper"', unknown: "x" });
  expect(seen).toEqual({ feed: "Kernel Planet", action: "include", names: ["Ada", "Grace Hopper"] });
});

test("what is missing or cannot be is refused with the way to write it", async () => {
  const command = commandThat(() => expect.unreachable());
  expect((await ask(command, { feed: " " })).text).toContain("feed is missing");
  expect((await ask(command, { feed: "1", action: "sing" })).text).toContain("action cannot be");
  const unknown = await runOptions([command], { channel: "test:1", role: "member" }, "nothing", {}, log);
  expect(unknown.status).toBe("refused");
});

test("a command that breaks off is an answer too", async () => {
  const command = commandThat(() => {
    throw new Error("inside");
  });
  const { status, text } = await ask(command, { feed: "1" });
  expect(status).toBe("refused");
  expect(text).not.toContain("inside");
});
