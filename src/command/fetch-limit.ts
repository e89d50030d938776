import { randomUUID } from "node:crypto";
import type { FetchLimits } from "../store/fetch-limits.ts";
import type { CommandContext } from "./command.ts";
import type { CommandDeps } from "./deps.ts";
import { refused, type Reply } from "./reply.ts";
import { duration } from "./time-words.ts";

/** More than anyone needs who puts a channel together by hand; publishers and other channels are spared the rest. */
const LIMITS: FetchLimits = { windowMs: 600_000, mostOfUser: 10, mostOfChannel: 30 };

/** For every command that asks a publisher: a refusal where this person, or all in the channel together, have asked too often. */
export async function fetchRefusal(
  { channels }: Pick<CommandDeps, "channels">,
  { channel, user }: CommandContext,
): Promise<Reply | null> {
  // Nobody but the operator comes without a name: from the shell or the terminal.
  if (user === undefined) return null;
  const over = await channels.fetches.take(channel, user, randomUUID(), LIMITS);
  if (over === null) return null;
  const who =
    over.whose === "user"
      ? `You have had ${String(LIMITS.mostOfUser)} addresses read`
      : `This channel has had ${String(LIMITS.mostOfChannel)} addresses read`;
  return refused(
    `${who} in the last ${duration(LIMITS.windowMs)}, as many as may be. Try again in ${duration(over.waitMs)}.`,
  );
}
