import { previews } from "../adapters/index.ts";
import type { CommandContext } from "./command/command.ts";
import { UsageError } from "./command/parse-line.ts";
import { type Reply, typedActions } from "./command/reply.ts";
import { understand } from "./command/table.ts";
import { readConfig } from "./config.ts";
import { openCore } from "./core.ts";
import { workImports } from "./imports.ts";
import { keepPrivate } from "./keep-private.ts";
import { forgetWorkspace } from "./wire-workspace.ts";
import { localFile } from "./wire-file.ts";
import { createLogger } from "./logger.ts";
import { NEWER_STATE_STATUS } from "./state-program.ts";
import { NewerStateError } from "./store/state-version.ts";
import { cleanCode } from "./summary/characters.ts";
import { toMarkdown } from "./summary/markdown.ts";
import { VERSION } from "./version.ts";

const USAGE = `Usage: npm run --silent wire -- --channel <channel> [--json] <command…>
A channel is discord:<id>, slack:<team>/<id>, matrix:<room>, or console:<name> where no platform is configured. Commands: npm run --silent wire -- --channel console:main help
For all channels of a server or workspace: npm run --silent wire -- --workspace discord:<server id>|slack:<team id> forget [yes]`;

interface Call {
  readonly channel: string;
  /** Of the server or workspace whose channels are all meant; "" when it is one channel. */
  readonly workspace: string;
  readonly json: boolean;
  readonly words: readonly string[];
}

/** Only what stands before the command is ours; the rest belongs to the command. */
function readCall(argv: readonly string[]): Call {
  let channel = "";
  let workspace = "";
  let json = false;
  const rest = [...argv];
  for (; rest[0]?.startsWith("--") ?? false; rest.shift()) {
    if (rest[0] === "--json") json = true;
    else if (rest[0] === "--channel") channel = rest.splice(1, 1)[0] ?? "";
    else if (rest[0] === "--workspace") workspace = rest.splice(1, 1)[0] ?? "";
    else throw new UsageError(`${rest[0] ?? ""} is not an option.\n${USAGE}`);
  }
  if (rest.at(-1) === "--json") json = rest.pop() !== undefined;
  if (workspace !== "") {
    if (channel !== "" || !/^[a-z]+:\S+$/.test(workspace) || !/^forget(?: yes)?$/.test(rest.join(" ")))
      throw new UsageError(`Of a whole workspace only “forget” or “forget yes” can be said.\n${USAGE}`);
    return { channel: "", workspace, json, words: rest };
  }
  if (!/^[a-z]+:\S+$/.test(channel))
    throw new UsageError(`${channel === "" ? "--channel is missing." : `“${channel}” is not a channel.`}\n${USAGE}`);
  if (rest.length === 0) throw new UsageError(`The command is missing.\n${USAGE}`);
  return { channel, workspace, json, words: rest };
}

/** A channel that nobody serves would never see a post. */
function checkChannel(channel: string, platforms: readonly string[]): void {
  const [platform = "", ...rest] = channel.split(":");
  if (!platforms.includes(platform)) {
    throw new UsageError(`There is no platform “${platform}” here; there is: ${platforms.join(", ")}.`);
  }
  if (platform === "console" && !/^\w[\w.-]{0,63}$/.test(rest.join(":"))) {
    throw new UsageError(`“${channel}” cannot be a console channel: letters, digits, dot, dash and underscore only.`);
  }
}

/** Any channel of the same platform: whoever sits at the shell may do everything. */
function elsewhere(platforms: readonly string[], channel: string): NonNullable<CommandContext["otherChannel"]> {
  const prefix = channel.slice(0, channel.indexOf(":") + 1);
  return async (typed) => {
    const other = typed.startsWith(prefix) ? typed : `${prefix}${typed}`;
    checkChannel(other, platforms);
    return await Promise.resolve({ channel: other, role: "manager", name: other });
  };
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && argv[0] === "--version") {
    process.stdout.write(`Planetwire ${VERSION}\n`);
    return 0;
  }
  const call = readCall(argv);
  const config = readConfig();
  if (call.workspace === "") checkChannel(call.channel, config.platforms);
  const log = createLogger("silent", false);
  const core = await openCore(config, "command", previews, log);
  void core.outdated.then(end);
  try {
    if (call.workspace !== "") {
      const isSure = call.words.length > 1;
      return show(await forgetWorkspace(core, previews, call.workspace, isSure), call.json);
    }
    const { words, file } = localFile(call.words);
    const context: CommandContext = {
      channel: call.channel,
      role: "manager",
      otherChannel: elsewhere(config.platforms, call.channel),
      ...(file === null ? {} : { file }),
    };
    const { command, args } = understand(core.commands, words);
    const reply = await command.run(context, args);
    if (reply.later === undefined) return show(reply, call.json);
    // Whoever is there carries it out: a bot that runs, or this process.
    workImports(core, log);
    return show(await lastOf(reply, reply.later), call.json);
  } finally {
    await core.close();
  }
}

/** What it says on the way goes where it is in the way of no other program. */
async function lastOf(first: Reply, later: NonNullable<Reply["later"]>): Promise<Reply> {
  let last = first;
  const pace = { everyMs: 1000, most: Infinity, signal: new AbortController().signal };
  process.stderr.write(`${textOf(first)}\n`);
  for await (const reply of later(pace)) {
    if (last !== first) process.stderr.write(`${textOf(last)}\n`);
    last = reply;
  }
  return last;
}

function textOf(reply: Reply): string {
  const children = [...reply.body, ...typedActions(reply.actions, "")];
  // A terminal obeys control characters, and a title may hold them.
  return cleanCode(toMarkdown({ type: "root", children })).trim();
}

function show(reply: Reply, json: boolean): number {
  const text = textOf(reply);
  const output = json
    ? JSON.stringify({
        status: reply.status,
        text,
        ...(reply.data === undefined ? {} : { data: reply.data }),
      })
    : (reply.file?.content.trimEnd() ?? text);
  const refusal = reply.status === "refused";
  (refusal ? process.stderr : process.stdout).write(`${output}\n`);
  return refusal ? 1 : 0;
}

/** Says why it was not done. Connections that are still closing must not keep the shell waiting. */
function end(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.exit(2);
  process.exit(error instanceof NewerStateError ? NEWER_STATE_STATUS : 1);
}

keepPrivate();
try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  end(error);
}
