import { type AddressChange, changeAddress } from "../follow/change-address.ts";
import type { ChannelFeed } from "../follow/channel-feeds.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { fetchRefusal } from "./fetch-limit.ts";
import { done, link, paragraph, refused, type Reply, strong } from "./reply.ts";

export function addressCommand(deps: CommandDeps): CommandRow {
  return {
    name: "address",
    description: "Read a feed at another address; its filter, style and what was seen stay.",
    example: "address 1 https://planet.example.org/atom.xml",
    permission: "manage",
    options: [
      { name: "feed", description: "Number, address or words of the title", type: "feed", required: true },
      { name: "url", description: "New address of the feed or of its site", type: "rest", required: true },
    ],
    run: async (caller, args) => await runAddress(deps, caller, args),
  };
}

async function runAddress(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const feed = await feedOf(deps, caller, args);
  if (isReply(feed)) return feed;
  const tooOften = await fetchRefusal(deps, caller);
  if (tooOften !== null) return tooOften;
  const change = await changeAddress(
    { ...deps.follow, wake: deps.wake },
    caller.channel,
    feed,
    text(args, "url"),
    deps.stopping,
  );
  return answer(feed, change);
}

function answer(feed: ChannelFeed, change: AddressChange): Reply {
  if (change.kind === "refused") return refused(change.reason);
  const at = link(change.state.url, change.state.url);
  if (change.kind === "same")
    return done([paragraph(strong(feed.title), " is read at ", at, " already.")], { feedId: feed.feedId });
  const { feedId, end } = change;
  switch (end.kind) {
    case "given-up":
      return refused("It was unfollowed meanwhile.");
    case "stays":
      return done([paragraph("What was read at ", at, " has become ", strong(feed.title), " itself, which stays.")], {
        feedId: feed.feedId,
      });
    case "later":
      return done(
        [paragraph(strong(feed.title), " goes to ", at, ", which cannot be read right now: I keep trying.")],
        { feedId },
      );
    case "moved": {
      const news =
        end.news === 0
          ? "Nothing there is new to this channel."
          : `${String(end.news)} there ${end.news === 1 ? "is" : "are"} new to this channel and will be posted.`;
      const rest = end.wasLeft ? "" : " What still waits of the old address is posted first.";
      return done([paragraph(strong(feed.title), " is read at ", at, ` from now on. ${news}${rest}`)], {
        feedId,
        news: end.news,
      });
    }
  }
}
