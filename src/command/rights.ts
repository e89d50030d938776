import type { CommandDeps } from "./deps.ts";
import type { Command, CommandContext, CommandRow } from "./command.ts";
import { code, refused, type Reply } from "./reply.ts";
import { inZone } from "./zone-here.ts";

/** Who may change what a channel follows: those who manage it, or all full members of the place. */
export const CHANGERS = ["managers", "members"] as const;

/** The command for everybody: it finds out whether the caller may, and says so where not. */
export function guarded(deps: Pick<CommandDeps, "channels">, row: CommandRow): Command {
  return {
    ...row,
    run: async (context, args) => {
      const [mayManage, zone] = await Promise.all([
        isChanger(deps, context),
        deps.channels.settings.zone(context.channel),
      ]);
      if (row.permission === "look" || mayManage || row.isElsewhere?.(args) === true)
        return await inZone(zone, async () => await row.run({ ...context, mayManage, command: row.name }, args));
      return mayNotManage(context);
    },
  };
}

/** For a command that asks for itself, too. */
export function mayNotManage({ role }: CommandContext): Reply {
  if (role === "guest") return refused("Guests may look, and not change what is posted here.");
  const sentence = "Only those who manage this channel may do that; they can open it to all members with ";
  return refused(sentence, code("settings members"), ".");
}

export async function isChanger(
  deps: Pick<CommandDeps, "channels">,
  context: Pick<CommandContext, "channel" | "role">,
): Promise<boolean> {
  if (context.role !== "member") return context.role === "manager";
  return (await deps.channels.settings.changers(context.channel)) === "members";
}
