import { channelFeeds } from "../follow/channel-feeds.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, text } from "./deps.ts";
import { bulletList, code, done, paragraph, refused, type Reply } from "./reply.ts";

const MOST_TITLES = 10;

export function forgetCommand(deps: CommandDeps): CommandRow {
  return {
    name: "forget",
    description: "Remove everything that is kept of this channel: follows, settings, what waits and what was posted.",
    example: "forget",
    permission: "manage",
    options: [
      {
        name: "confirm",
        description: "Without it, you see what would go",
        type: "choice",
        required: false,
        choices: ["yes"],
      },
    ],
    run: async (caller, args) => await runForget(deps, caller, args),
  };
}

/** Only a manager decides, also where all members may change what is followed. */
async function runForget(deps: CommandDeps, { channel, role }: Caller, args: Args): Promise<Reply> {
  if (role !== "manager") return refused("Only those who manage this channel may have it forgotten.");
  const { channels } = deps;
  const isBare = (await channels.forgets.standing(channel)) === "bare";
  if (isBare) return done([paragraph("Nothing is kept of this channel.")], { forgotten: true });
  if (text(args, "confirm") !== "yes") return await wouldGo(deps, channel);
  await channels.register(channel);
  await channels.forgets.mark(channel);
  const isOver = await deps.forget(channel);
  const opening = isOver
    ? "Everything that was kept of this channel is removed."
    : "Nothing more is posted here. What is under way right now comes to its end; then everything is removed, within minutes.";
  return done([paragraph(`${opening} ${messagesStay(channel)} `, code("follow"), " begins anew.")], {
    forgotten: isOver,
  });
}

async function wouldGo({ feeds, channels }: CommandDeps, channel: string): Promise<Reply> {
  const [followed, { follows, waiting, held, ledger }] = await Promise.all([
    channelFeeds(feeds, channels, channel),
    channels.forgets.counts(channel),
  ]);
  const titles = followed.slice(0, MOST_TITLES).map((feed) => feed.title);
  const more = follows > titles.length ? ` and ${String(follows - titles.length)} more` : "";
  const rows = [
    follows === 0
      ? "no feed is followed here"
      : `${String(follows)} followed ${follows === 1 ? "feed" : "feeds"} with filters and styles: ${titles.join(" · ")}${more}`,
    `${String(waiting)} that wait${waiting === 1 ? "s" : ""} to be posted${held === 0 ? "" : `, ${String(held)} held`}`,
    `what became of ${String(ledger)} ${ledger === 1 ? "entry" : "entries"}: what was posted, filtered, refused`,
    "settings, defaults, imports and recent searches",
  ];
  return done(
    [
      paragraph("This would be removed, for good:"),
      bulletList(rows.map((row) => [row])),
      paragraph(
        `${messagesStay(channel)} Nothing is removed yet; `,
        code("forget yes"),
        " does it. ",
        code("export"),
        " keeps the list of feeds.",
      ),
    ],
    { follows, waiting, held, ledger, forgotten: false },
  );
}

function messagesStay(channel: string): string {
  return channel.startsWith("console:") ? "Its transcript, a file, stays." : "The messages in the channel stay.";
}
