import type { Args, CommandRow } from "./command.ts";
import { type CommandDeps, text } from "./deps.ts";
import { code, done, paragraph, refused, type Reply } from "./reply.ts";
import { CHANGERS } from "./rights.ts";

export function settingsCommand(deps: CommandDeps): CommandRow {
  return {
    name: "settings",
    description: "Who may change what is posted here.",
    example: "settings members",
    permission: "look",
    options: [
      {
        name: "who",
        description: "Those who manage the channel, or all full members",
        type: "choice",
        required: false,
        choices: CHANGERS,
      },
    ],
    run: async (caller, args) => await runSettings(deps, caller.channel, caller.role === "manager", args),
  };
}

/** Only a manager decides: what opens the channel to members must not be closed or opened by them. */
async function runSettings(deps: CommandDeps, channel: string, isManager: boolean, args: Args): Promise<Reply> {
  const wanted = text(args, "who");
  if (wanted !== "" && !isManager) return refused("Only those who manage this channel decide who may change it.");
  if (wanted !== "") await deps.channels.settings.setChangers(channel, wanted);
  const who = wanted === "" ? await deps.channels.settings.changers(channel) : wanted;
  const sentence =
    who === "members"
      ? "All full members, and no guests, may change what is posted here. "
      : "Those who manage this channel may change what is posted here. ";
  return done([paragraph(sentence, code(`settings ${who === "members" ? "managers" : "members"}`), " changes that.")], {
    who,
  });
}
