import { isCalled, type Mention } from "../follow/mention.ts";
import { toSettings } from "../follow/settings.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, list, text } from "./deps.ts";
import { newestEntries } from "./entry-blocks.ts";
import { code, done, paragraph, refused, type Reply, strong } from "./reply.ts";
import { either, separate } from "./values.ts";

const MOST_VALUES = 50;
const RECENT = 50;
const ADVICE: Readonly<Record<string, string>> = {
  discord: "a role or a person (type @ and choose one), @here or @everyone",
  slack: "a user group or a person (type @ and choose one), @here, @channel or @everyone",
  matrix: "a person’s full id, like @ada:example.org, or @room",
  console: "a name, like @ops",
};

export function mentionCommand(deps: CommandDeps): CommandRow {
  return {
    name: "mention",
    description: "Whom posts of a feed call: a role, a group, a person or everybody; always, or for some.",
    example: "mention 1 @here words security, outage",
    permission: "look",
    options: [
      { name: "feed", description: "Number, address or words of the title", type: "feed", required: false },
      { name: "whom", description: "Whom to call, or “off”", type: "rest", required: false },
      {
        name: "authors",
        description: "Only for posts by these, with commas between them",
        type: "authors",
        required: false,
      },
      {
        name: "words",
        description: "Only for posts with these, with commas between them",
        type: "words",
        required: false,
      },
    ],
    run: async (caller, args) => await runMention(deps, caller, args),
  };
}

/** A channel with one feed need not name it: whom to call stands where the feed would. */
function withoutFeed(args: Args): Args {
  const [first, whom] = [text(args, "feed"), text(args, "whom")];
  return /^(?:@|<[@!]|off$)/i.test(first) ? { ...args, feed: undefined, whom: `${first} ${whom}`.trim() } : args;
}

async function runMention(deps: CommandDeps, caller: Caller, typedArgs: Args): Promise<Reply> {
  const args = withoutFeed(typedArgs);
  const feed = await feedOf(deps, caller, args);
  if (isReply(feed)) return feed;
  const usage = `mention ${String(feed.number)}`;
  const typed = text(args, "whom");
  if (typed === "" && list(args, "authors").length + list(args, "words").length > 0)
    return refused("Say whom to call: ", code(`${usage} @here words …`));
  if (typed === "") return shown(feed.title, feed.settings.mention, usage);
  // Who is called by the bot cannot tell who wanted it: that is for those who answer for the channel.
  if (caller.role !== "manager") return refused("Only those who manage this channel decide whom its posts call.");
  const mention = await readMention(deps, caller.channel, typed, args);
  if (mention !== null && "status" in mention) return mention;
  const json = await deps.feeds.followers.change(feed.feedId, caller.channel, (before) =>
    JSON.stringify({ ...toSettings(before), mention }),
  );
  if (json === null) return refused("This feed was unfollowed meanwhile.");
  const recent = await newestEntries(deps.feeds, [feed], RECENT);
  const calls = mention === null ? 0 : recent.filter((entry) => isCalled(mention, entry)).length;
  const tried =
    mention === null || recent.length === 0
      ? []
      : [paragraph(`Of the last ${String(recent.length)} entries ${String(calls)} would have called.`)];
  return done([sentence(feed.title, mention), ...tried], { feedId: feed.feedId, mention });
}

/** null for “off”. */
async function readMention(
  deps: CommandDeps,
  channel: string,
  typed: string,
  args: Args,
): Promise<Mention | null | Reply> {
  const [first = "", ...rest] = typed.trim().split(/\s+/u);
  if (first.toLowerCase() === "off" && rest.length === 0) return null;
  const platform = channel.slice(0, Math.max(0, channel.indexOf(":")));
  const whom = (await deps.previews[platform]?.())?.toMention(first) ?? null;
  if (whom === null)
    return refused(
      `“${first}” is nobody who can be called here. Say ${ADVICE[platform] ?? "whom as it is written here"}, or off.`,
    );
  const lists: Record<"authors" | "words", string[]> = {
    authors: [...list(args, "authors")],
    words: [...list(args, "words")],
  };
  let into: "authors" | "words" | null = null;
  for (const word of rest) {
    const name = word.toLowerCase();
    if (name === "authors" || name === "words") into = name;
    else if (into === null)
      return refused(`Say what “${rest.join(" ")}” is: `, code(`authors ${word} …`), " or ", code(`words ${word} …`));
    else lists[into].push(word);
  }
  const [authors, words] = [lists.authors, lists.words].map((values) => separate([values.join(" ")]));
  const mention = { whom, authors: authors ?? [], words: words ?? [] };
  if (mention.authors.length + mention.words.length > MOST_VALUES)
    return refused(`More than ${String(MOST_VALUES)} authors and words for one feed are not possible.`);
  return mention;
}

function shown(title: string, mention: Mention | null, usage: string): Reply {
  const how =
    mention === null
      ? paragraph(
          code(`${usage} @here`),
          " changes that; ",
          code(`${usage} @here authors Ada, Grace words outage`),
          " does for some.",
        )
      : paragraph(code(`${usage} off`), " ends that.");
  return done([sentence(title, mention), how], { mention });
}

function sentence(title: string, mention: Mention | null): Reply["body"][number] {
  if (mention === null) return paragraph("Posts of ", strong(title), " call nobody.");
  const conditions = [
    ...(mention.authors.length === 0 ? [] : [`by ${either(mention.authors)}`]),
    ...(mention.words.length === 0 ? [] : [`that mention ${either(mention.words)}`]),
  ];
  const only = conditions.length === 0 ? "Every post" : `Posts ${conditions.join(", or ")}`;
  return paragraph(
    `${only} of `,
    strong(title),
    ` ${conditions.length === 0 ? "calls" : "call"} `,
    code(mention.whom),
    ".",
  );
}
