import { type FollowSettings, type Style, STYLES, toSettings } from "../follow/settings.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { DIGEST_OPTION, digestFromIn, digestWords } from "./digest-words.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { bulletList, code, done, paragraph, refused, type Reply, strong } from "./reply.ts";

export const SWITCH = ["on", "off"] as const;

const WORDS: Readonly<Record<Style, string>> = {
  full: "title, author, picture and the beginning of the text",
  compact: "title, author and a sentence or two",
  title: "title, author and link alone",
};

export function styleCommand(deps: CommandDeps): CommandRow {
  return {
    name: "style",
    description: "How much of each post of a feed is shown here.",
    example: "style 1 compact",
    permission: "look",
    options: [
      { name: "feed", description: "Number, address or words of the title", type: "feed", required: false },
      { name: "style", description: "How much is shown", type: "choice", required: false, choices: STYLES },
      {
        name: "images",
        description: "Whether full posts show their picture",
        type: "choice",
        required: false,
        choices: SWITCH,
      },
      {
        name: "edits",
        description: "Whether a post is edited here when its title or text changes",
        type: "choice",
        required: false,
        choices: SWITCH,
      },
      DIGEST_OPTION,
    ],
    run: async (caller, args) => await runStyle(deps, caller, args),
  };
}

async function runStyle(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const feed = await feedOf(deps, caller, args);
  if (isReply(feed)) return feed;
  const style = STYLES.find((one) => one === text(args, "style"));
  const [images, edits] = [text(args, "images"), text(args, "edits")];
  const digestFrom = digestFromIn(args);
  if (style === undefined && images === "" && edits === "" && digestFrom === null)
    return reply(feed.feedId, feed.settings, [
      sentence(feed.settings, feed.title),
      bulletList(STYLES.map((one) => [code(`style ${String(feed.number)} ${one}`), ` — ${WORDS[one]}`])),
      paragraph(
        code(`style ${String(feed.number)} images:${feed.settings.images ? "off" : "on"}`),
        " changes pictures, ",
        code(`style ${String(feed.number)} edits:${feed.settings.edits ? "off" : "on"}`),
        " whether posts are edited when they change, ",
        code(`style ${String(feed.number)} digest:${feed.settings.digestFrom === 1 ? "default" : "off"}`),
        feed.settings.digestFrom === 1 ? " lets many at once be one message." : " posts each by itself.",
      ),
    ]);
  if (!caller.mayManage) return refused("Only those who manage this channel may change how posts look here.");
  const json = await deps.feeds.followers.change(feed.feedId, caller.channel, (before) => {
    const old = toSettings(before);
    return JSON.stringify({
      ...old,
      style: style ?? old.style,
      images: images === "" ? old.images : images === "on",
      edits: edits === "" ? old.edits : edits === "on",
      digestFrom: digestFrom ?? old.digestFrom,
    });
  });
  if (json === null) return refused("This feed was unfollowed meanwhile.");
  const settings = toSettings(json);
  return reply(feed.feedId, settings, [
    sentence(settings, feed.title),
    paragraph(code(`preview ${String(feed.number)}`), " shows one."),
  ]);
}

function reply(feedId: string, { style, images, edits, digestFrom }: FollowSettings, body: Reply["body"]): Reply {
  return done(body, { feedId, style, images, edits, digestFrom });
}

function sentence(settings: FollowSettings, title: string): Reply["body"][number] {
  return paragraph("Posts of ", strong(title), ` come here ${styleWords(settings)}.`);
}

/** "in full, without pictures, never edited, each by itself" */
export function styleWords({ style, images, edits, digestFrom }: FollowSettings): string {
  const much = style === "full" ? "in full" : style === "compact" ? "compact, in a sentence or two" : "by title alone";
  const without = style === "full" && !images ? ", without pictures" : "";
  return `${much}${without}${edits ? "" : ", never edited"}${digestWords({ digestFrom })}`;
}
