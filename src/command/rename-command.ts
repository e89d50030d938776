import { feedName, MOST_NAME_CHARS } from "../follow/feed-name.ts";
import { toSettings } from "../follow/settings.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { code, done, paragraph, refused, type Reply, strong } from "./reply.ts";

const RESET = "reset";

export function renameCommand(deps: CommandDeps): CommandRow {
  return {
    name: "rename",
    description: "Call a feed by another name here; “reset” gives it its own again.",
    example: "rename 1 Kernel people",
    permission: "manage",
    options: [
      { name: "feed", description: "Number, address or words of the title", type: "feed", required: true },
      { name: "title", description: "What it is called here, or “reset”", type: "rest", required: true },
    ],
    run: async (caller, args) => await runRename(deps, caller, args),
  };
}

async function runRename(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const feed = await feedOf(deps, caller, args);
  if (isReply(feed)) return feed;
  const typed = feedName(text(args, "title"));
  const own = feed.state.title || feed.state.url;
  const title = typed.toLowerCase() === RESET || typed === own ? "" : typed;
  if (typed === "") return refused("Say what it is to be called, in letters that can be seen.");
  if (title.length > MOST_NAME_CHARS)
    return refused(`A title may have ${String(MOST_NAME_CHARS)} characters; this one has ${String(title.length)}.`);
  const json = await deps.feeds.followers.change(feed.feedId, caller.channel, (before) =>
    JSON.stringify({ ...toSettings(before), title }),
  );
  if (json === null) return refused("This feed was unfollowed meanwhile.");
  const data = { feedId: feed.feedId, title: title || own };
  if (title === "") return done([paragraph("It is called ", strong(own), " again, as it calls itself.")], data);
  return done(
    [
      paragraph(strong(feed.title), " is called ", strong(title), " here from now on. "),
      paragraph(code(`rename ${String(feed.number)} ${RESET}`), " gives it its own name again."),
    ],
    data,
  );
}
