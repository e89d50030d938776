import type { FollowSettings } from "../follow/settings.ts";
import type { Args, CommandOption } from "./command.ts";
import { text } from "./deps.ts";

export const DIGEST_OPTION: CommandOption = {
  name: "digest",
  description: "From how many waiting posts on they are one message",
  type: "choice",
  required: false,
  choices: ["default", "off", "2", "3", "5", "10", "20", "50"],
  isNamed: true,
};

/** `FollowSettings.digestFrom` as it was asked for; null where nothing was. Pure. */
export function digestFromIn(args: Args): number | null {
  const typed = text(args, "digest");
  if (typed === "") return null;
  return typed === "off" ? 1 : typed === "default" ? 0 : Number(typed);
}

/** ", 3 or more at once in one message" */
export function digestWords({ digestFrom }: Pick<FollowSettings, "digestFrom">): string {
  if (digestFrom === 0) return "";
  return digestFrom === 1 ? ", each by itself" : `, ${String(digestFrom)} or more at once in one message`;
}
