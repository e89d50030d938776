import { channelFeeds } from "../follow/channel-feeds.ts";
import { writeOpml } from "../import/write-opml.ts";
import type { CommandRow } from "./command.ts";
import type { CommandDeps } from "./deps.ts";
import { code, done, paragraph, refused, type Reply } from "./reply.ts";

const MEDIA_TYPE = "text/x-opml+xml";

export function exportCommand(deps: CommandDeps): CommandRow {
  return {
    name: "export",
    description: "The feeds of this channel with their rules, as an OPML file.",
    example: "export",
    permission: "look",
    options: [],
    run: async (caller) => await runExport(deps, caller.channel),
  };
}

/** Other readers take the feeds, Planetwire their rules too. */
async function runExport(deps: CommandDeps, channel: string): Promise<Reply> {
  const feeds = await channelFeeds(deps.feeds, deps.channels, channel);
  if (feeds.length === 0) return refused("This channel follows no feed yet: there is nothing to export.");
  const rows = feeds.map(({ state, title, settings }) => ({ url: state.url, title, settings }));
  const createdAt = new Date(await deps.nowMs());
  const content = writeOpml({ title: `Planetwire: ${channel}`, createdAt }, rows);
  const name = `planetwire-${createdAt.toISOString().slice(0, 10)}.opml`;
  const count = feeds.length === 1 ? "One feed" : `${String(feeds.length)} feeds`;
  return {
    ...done([
      paragraph(
        `${count}, as OPML for any feed reader. In another channel `,
        code("import"),
        " brings their rules along.",
      ),
    ]),
    data: { feeds: feeds.length, name, opml: content },
    file: { name, mediaType: MEDIA_TYPE, content },
  };
}
