import type { Caller } from "./command.ts";
import type { CommandDeps } from "./deps.ts";
import { refused, type Reply } from "./reply.ts";
import { isChanger } from "./rights.ts";

interface Target {
  readonly channel: string;
  /** As people call it; "" for the channel in which it was asked. */
  readonly name: string;
}

/** The channel that a command is for: the one that was named, where the caller may change what is posted, or else this one. */
export async function targetOf(
  deps: Pick<CommandDeps, "channels">,
  { channel, otherChannel }: Caller,
  typed: string,
): Promise<Target | Reply> {
  if (typed === "") return { channel, name: "" };
  if (otherChannel === undefined) return refused("No other channel can be named here.");
  const found = await otherChannel(typed);
  if ("refusal" in found) return refused(found.refusal);
  if (await isChanger(deps, found)) return found;
  return refused(`You may not change what is posted in ${found.name}. What you may do here does not count there.`);
}
