import type { Host } from "../../src/adapter.ts";
import type { CommandContext, TypedOptions } from "../../src/command/command.ts";
import { done, paragraph, refused, type Reply } from "../../src/command/reply.ts";

export interface Asked {
  readonly context: CommandContext;
  readonly command: string;
  readonly options: TypedOptions;
}

/** One of three pages of `look`, with what can be done from there. */
export function page(query: string, number: number): Reply {
  const to = (label: string, target: number): NonNullable<Reply["actions"]>[number] => ({
    label,
    command: "look",
    options: { query, page: String(target) },
    kind: "page",
  });
  return {
    ...done([paragraph(`hits of page ${String(number)}`)]),
    actions: [
      ...(number > 1 ? [to("Previous", number - 1)] : []),
      ...(number < 3 ? [to("Next", number + 1)] : []),
      { label: "Share", command: "look", options: {}, kind: "share" },
      { label: "Resume", command: "resume", options: {}, kind: "run" },
    ],
  };
}

/** What is asked is noted, in order. `look` answers with a page; all else is for managers. */
export function runOf(query: string, asked: Asked[]): Host["run"] {
  return async (context, command, options) => {
    asked.push({ context, command, options });
    if (command === "look") return await Promise.resolve(page(query, Number(options["page"] ?? "1")));
    return await Promise.resolve(
      context.role === "manager" ? done([paragraph("It goes on.")]) : refused("Only those who manage."),
    );
  };
}
