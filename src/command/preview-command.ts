import type { Code } from "mdast";
import { type ChannelFeed } from "../follow/channel-feeds.ts";
import { filteredBecause } from "../follow/filter.ts";
import { summaryInStyle } from "../relay/styled.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, type PostPreview, text } from "./deps.ts";
import { newestEntries, postBlocks } from "./entry-blocks.ts";
import { done, paragraph, refused, type Reply } from "./reply.ts";
import { zoneHere } from "./zone-here.ts";

/** A page of an answer shows a whole block of code or cuts it, so long ones are divided. */
const MOST_CODE_CHARS = 1200;
/** Where no platform says better. */
const EXCERPT_CHARS = 500;

export function previewCommand(deps: CommandDeps): CommandRow {
  return {
    name: "preview",
    description: "What a post of this feed looks like, by its newest entry: here, or as another platform is sent it.",
    example: "preview 1 slack",
    permission: "look",
    options: [
      { name: "feed", description: "Number, address or words of the title", type: "feed", required: false },
      {
        name: "platform",
        description: "The exact message that this platform would be sent",
        type: "choice",
        required: false,
        choices: Object.keys(deps.previews),
      },
    ],
    run: async (caller, args) => await runPreview(deps, caller, args),
  };
}

async function runPreview(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const feed = await feedOf(deps, caller, args);
  if (isReply(feed)) return feed;
  const platform = text(args, "platform");
  if (platform === "") return done(await newestPost(deps, caller.channel, feed));
  const preview = await deps.previews[platform]?.();
  if (preview === undefined) return refused(`There is no platform “${platform}”.`);
  return await exactMessage(deps, feed, platform, preview);
}

/** The newest entry of a feed as a post in this channel. */
export async function newestPost(
  deps: CommandDeps,
  channel: string,
  feed: Pick<ChannelFeed, "feedId" | "title" | "settings">,
): Promise<Reply["body"]> {
  const [newest] = await newestEntries(deps.feeds, [feed], 1);
  if (newest === undefined) return [paragraph("The feed is empty so far.")];
  const preview = await deps.previews[channel.slice(0, Math.max(0, channel.indexOf(":")))]?.();
  const summary = summaryInStyle(newest, feed.settings, {
    excerptChars: preview?.excerptChars ?? EXCERPT_CHARS,
    zone: zoneHere(),
  });
  const why = filteredBecause(feed.settings.filter, newest);
  const note = why === "" ? [] : [paragraph(`This one would not be posted here: ${why}.`)];
  return [...postBlocks(summary, feed.title), ...note];
}

async function exactMessage(
  deps: CommandDeps,
  feed: ChannelFeed,
  platform: string,
  preview: PostPreview,
): Promise<Reply> {
  const [newest] = await newestEntries(deps.feeds, [feed], 1);
  if (newest === undefined) return done([paragraph("The feed is empty so far.")]);
  const summary = summaryInStyle(newest, feed.settings, {
    excerptChars: preview.excerptChars,
    zone: zoneHere(),
  });
  const message = preview.post({ id: feed.feedId, url: feed.state.url, title: feed.title }, summary);
  return done([paragraph(`What ${platform} would be sent:`), ...codeBlocks(message)], { platform, message });
}

/** In lines, as few blocks as can be. */
function codeBlocks(message: string): Code[] {
  const blocks: string[] = [];
  for (const line of message.split("\n").flatMap(pieces)) {
    const last = blocks.at(-1);
    if (last !== undefined && last.length + line.length < MOST_CODE_CHARS)
      blocks[blocks.length - 1] = `${last}\n${line}`;
    else blocks.push(line);
  }
  return blocks.map((value): Code => ({ type: "code", value }));
}

/** Never within a character. */
function pieces(line: string): string[] {
  return line.length <= MOST_CODE_CHARS ? [line] : (line.match(/[^]{1,1000}(?![\udc00-\udfff])/g) ?? [line]);
}
