import type { FollowResult } from "../follow/follow-feed.ts";
import { followFeed, unfollowFeed } from "../follow/follow-feed.ts";
import { DEFAULT_SETTINGS, shownTitle, toSettings } from "../follow/settings.ts";
import { PAUSED_BY_A_PERSON } from "../relay/pause.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { fetchRefusal } from "./fetch-limit.ts";
import { targetOf } from "./other-channel.ts";
import { newestPost } from "./preview-command.ts";
import { code, done, paragraph, refused, type Reply, strong } from "./reply.ts";

export function followCommand(deps: CommandDeps): CommandRow {
  return {
    name: "follow",
    description: "Post new entries of a feed here. The address of a site is enough.",
    example: "follow https://planet.example.org/",
    permission: "manage",
    options: [
      {
        name: "url",
        description: "Address of the feed or of its site",
        type: "text",
        required: true,
      },
      {
        name: "channel",
        description: "Another channel (channel:…), to follow it there",
        type: "text",
        required: false,
      },
    ],
    isElsewhere: (args) => text(args, "channel") !== "",
    run: async (caller, args) => await runFollow(deps, caller, text(args, "url"), text(args, "channel")),
  };
}

async function runFollow(deps: CommandDeps, caller: Caller, address: string, other: string): Promise<Reply> {
  const target = await targetOf(deps, caller, other);
  if ("status" in target) return target;
  const { channel } = target;
  const tooOften = await fetchRefusal(deps, caller);
  if (tooOften !== null) return tooOften;
  const result = await followFeed(deps.follow, channel, address, deps.stopping);
  if (result.kind === "refused") return refused(result.reason);
  const { feedId, state } = result;
  const follower = await deps.feeds.followers.get(feedId, channel);
  const settings = follower === null ? DEFAULT_SETTINGS : toSettings(follower.settings);
  const title = shownTitle(settings, state);
  const name = strong(title);
  const opening =
    result.kind === "already"
      ? paragraph(`${target.name || "This channel"} follows `, name, " already.")
      : paragraph(
          "Following ",
          name,
          ". What is there now stays unposted; what comes next is posted ",
          `${target.name === "" ? "here" : `in ${target.name}`}.`,
        );
  const post = await newestPost(deps, channel, { feedId, title, settings });
  const intro = post.length > 1 ? [paragraph("Its newest entry would look like this:")] : [];
  return done([opening, ...alternatives(result), ...intro, ...post], {
    feedId,
    url: state.url,
    title: state.title,
    result: result.kind,
    channel,
  });
}

function alternatives(result: Exclude<FollowResult, { kind: "refused" }>): Reply["body"] {
  if (result.others.length === 0) return [];
  return [
    paragraph(
      `The page offers ${result.others.length === 1 ? "another feed" : "other feeds"} too: ${result.others.slice(0, 5).join(" · ")}`,
    ),
  ];
}

export function unfollowCommand(deps: CommandDeps): CommandRow {
  return {
    name: "unfollow",
    description: "Stop posting a feed here.",
    example: "unfollow 1",
    permission: "manage",
    options: [
      {
        name: "feed",
        description: "Number, address or words of the title",
        type: "feed",
        required: true,
      },
    ],
    run: async (context, args) => await runUnfollow(deps, context, args),
  };
}

async function runUnfollow(deps: CommandDeps, context: Caller, args: Args): Promise<Reply> {
  const feed = await feedOf(deps, context, args);
  if (isReply(feed)) return feed;
  const withdrawn = await unfollowFeed(deps.follow, context.channel, feed.feedId, feed.state.url);
  const rest = withdrawn === 0 ? "." : `; ${String(withdrawn)} that waited will not be posted.`;
  return done([paragraph("No longer following ", strong(feed.title), rest)], {
    feedId: feed.feedId,
    withdrawn,
  });
}

export function pauseCommand(deps: CommandDeps): CommandRow {
  return {
    name: "pause",
    description: "Post nothing here for now; what comes meanwhile waits.",
    example: "pause",
    permission: "manage",
    options: [],
    run: async (context) => {
      await deps.channels.pause(context.channel, PAUSED_BY_A_PERSON);
      return done([paragraph("Paused. What comes meanwhile is kept; ", code("resume"), " posts it.")]);
    },
  };
}
