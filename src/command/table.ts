import type { Logger } from "../logger.ts";
import type { Args, Command, CommandContext, CommandRow, TypedOptions } from "./command.ts";
import type { CommandDeps } from "./deps.ts";
import { exportCommand } from "./export-command.ts";
import { importCommand } from "./import-command.ts";
import { addressCommand } from "./address-command.ts";
import { authorsCommand, filterCommand } from "./filter-commands.ts";
import { defaultsCommand } from "./defaults-command.ts";
import { feedsCommand } from "./feeds-command.ts";
import { followCommand, pauseCommand, unfollowCommand } from "./follow-commands.ts";
import { forgetCommand } from "./forget-command.ts";
import { helpCommand } from "./help-command.ts";
import { parseArgs, splitLine, toArgs, UsageError } from "./parse-line.ts";
import { mentionCommand } from "./mention-command.ts";
import { postCommand } from "./post-command.ts";
import { previewCommand } from "./preview-command.ts";
import { latestCommand } from "./reading-commands.ts";
import { renameCommand } from "./rename-command.ts";
import { queryArgs, queryOption, unsplit } from "./query-line.ts";
import { refused, type Reply } from "./reply.ts";
import { resumeCommand } from "./resume-command.ts";
import { guarded } from "./rights.ts";
import { searchCommand } from "./search-command.ts";
import { settingsCommand } from "./settings-command.ts";
import { whyCommand } from "./why-command.ts";
import { styleCommand } from "./style-command.ts";

/** Every command there is, in the order in which help lists them. */
export function createCommands(deps: CommandDeps): readonly Command[] {
  const rows: CommandRow[] = [
    followCommand(deps),
    unfollowCommand(deps),
    feedsCommand(deps),
    authorsCommand(deps),
    filterCommand(deps),
    styleCommand(deps),
    renameCommand(deps),
    searchCommand(deps),
    addressCommand(deps),
    mentionCommand(deps),
    latestCommand(deps),
    previewCommand(deps),
    whyCommand(deps),
    postCommand(deps),
    pauseCommand(deps),
    resumeCommand(deps),
    importCommand(deps),
    exportCommand(deps),
    settingsCommand(deps),
    defaultsCommand(deps),
    forgetCommand(deps),
  ];
  rows.push(helpCommand(rows));
  return rows.map((row) => guarded(deps, row));
}

interface Understood {
  readonly command: Command;
  readonly args: Args;
}

/** Words of a shell → command and options. Throws `UsageError` when they make no sense. */
export function understand(commands: readonly Command[], words: readonly string[]): Understood {
  const [name = "help", ...rest] = words.filter((word) => word.trim() !== "");
  const command = commandNamed(commands, name);
  const isQuery = queryOption(command) !== undefined;
  return { command, args: isQuery ? queryArgs(command, unsplit(rest)) : parseArgs(command, rest) };
}

/** The same of a typed line. */
function understandLine(commands: readonly Command[], line: string): Understood {
  const [, name = "", typed = ""] = /^\s*(\S+)\s*([^]*)$/u.exec(line) ?? [];
  const command = commands.find((one) => one.name === name.toLowerCase());
  if (command === undefined || queryOption(command) === undefined) return understand(commands, splitLine(line));
  return { command, args: queryArgs(command, typed) };
}

function commandNamed(commands: readonly Command[], name: string): Command {
  const command = commands.find((one) => one.name === name.toLowerCase());
  if (command === undefined)
    throw new UsageError(`There is no command “${name}”. There are: ${commands.map((one) => one.name).join(", ")}.`);
  return command;
}

/** Runs a typed line. Never throws: what went wrong is the answer. */
export async function runLine(
  commands: readonly Command[],
  context: CommandContext,
  line: string,
  log: Logger,
): Promise<Reply> {
  return await answered(context, log, async () => {
    const { command, args } = understandLine(commands, line);
    return await command.run(context, args);
  });
}

/** Runs a command whose options came one by one. Never throws. */
export async function runOptions(
  commands: readonly Command[],
  context: CommandContext,
  name: string,
  options: TypedOptions,
  log: Logger,
): Promise<Reply> {
  return await answered(context, log, async () => {
    const command = commandNamed(commands, name);
    return await command.run(context, toArgs(command, options));
  });
}

async function answered(context: CommandContext, log: Logger, run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError) return refused(error.message);
    log.error({ err: error, channel: context.channel }, "command broke off");
    return refused(
      "That did not work, for a reason of mine and not of yours; the log has the details. Try again in a moment.",
    );
  }
}
