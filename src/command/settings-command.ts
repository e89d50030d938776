import { zoneNamed } from "../zone.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, text } from "./deps.ts";
import { code, done, paragraph, refused, type Reply } from "./reply.ts";
import { CHANGERS } from "./rights.ts";

export function settingsCommand(deps: CommandDeps): CommandRow {
  return {
    name: "settings",
    description: "Who may change what is posted here, and in which time zone dates are.",
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
      {
        name: "zone",
        description: "Time zone of dates in posts and answers, such as Europe/Berlin",
        type: "text",
        required: false,
        isNamed: true,
      },
    ],
    run: async (caller, args) => await runSettings(deps, caller, args),
  };
}

/** Only a manager decides who changes things: what opens the channel to members must not be closed or opened by them. */
async function runSettings(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const { settings } = deps.channels;
  const { channel } = caller;
  const wanted = text(args, "who");
  if (wanted !== "" && caller.role !== "manager")
    return refused("Only those who manage this channel decide who may change it.");
  const typed = text(args, "zone");
  if (typed !== "" && !caller.mayManage) return refused("Only those who manage this channel may change its time zone.");
  const named = typed === "" ? null : zoneNamed(typed);
  if (typed !== "" && named === null)
    return refused(`There is no time zone “${typed}”. Its name is one like `, code("zone:Europe/Berlin"), " or UTC.");
  if (wanted !== "") await settings.setChangers(channel, wanted);
  if (named !== null) await settings.setZone(channel, named);
  const [who, zone] = await Promise.all([settings.changers(channel), settings.zone(channel)]);
  const sentence =
    who === "members"
      ? "All full members, and no guests, may change what is posted here. "
      : "Those who manage this channel may change what is posted here. ";
  return done(
    [
      paragraph(sentence, code(`settings ${who === "members" ? "managers" : "members"}`), " changes that."),
      paragraph(
        `Dates in posts and answers are in ${zone}, where the app does not show them in each reader’s own time zone. `,
        code("settings zone:…"),
        " changes that.",
      ),
    ],
    { who, zone },
  );
}
