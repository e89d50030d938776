import { channelFeeds } from "../follow/channel-feeds.ts";
import type { Repeated } from "../store/ledger-store.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, text } from "./deps.ts";
import { findEntries, type FoundEntry } from "./find-entry.ts";
import { bulletList, code, done, paragraph, refused, type Reply } from "./reply.ts";
import { titleOf } from "./why-entry.ts";

export function postCommand(deps: CommandDeps): CommandRow {
  const yes = { type: "choice", required: false, choices: ["yes"] } as const;
  return {
    name: "post",
    description: "Post one entry now that was not posted here: kept out, refused, set aside, or older than the follow.",
    example: "post https://example.org/posts/42",
    permission: "manage",
    options: [
      { name: "entry", description: "Link of the entry, or words of its title", type: "rest", required: true },
      {
        name: "landed",
        description: "For one that was set aside and is in the channel after all: count it as posted",
        ...yes,
      },
      { name: "again", description: "Post it once more, though it was posted here already", ...yes },
    ],
    run: async (caller, args) => await runPost(deps, caller, args),
  };
}

async function runPost(deps: CommandDeps, { channel }: Caller, args: Args): Promise<Reply> {
  const feeds = await channelFeeds(deps.feeds, deps.channels, channel);
  if (feeds.length === 0)
    return refused("This channel follows no feed yet. Add one with ", code("follow <address>"), ".");
  const wanted = text(args, "entry");
  const { found, near } = await findEntries(deps, channel, feeds, wanted);
  const choice = (found.length > 0 ? found : near).slice(0, 5);
  const [only, second] = found;
  if (only === undefined || second !== undefined) return which(wanted, found.length > 0, choice);
  return isYes(args, "landed")
    ? await settleHeld(deps, channel, only)
    : await postAgain(deps, channel, only, isYes(args, "again"));
}

function isYes(args: Args, option: string): boolean {
  return text(args, option).toLowerCase() === "yes";
}

function which(wanted: string, isFound: boolean, choice: readonly FoundEntry[]): Reply {
  const opening = isFound
    ? `“${wanted}” fits several entries. Say which:`
    : `No entry of this channel's feeds fits “${wanted}”.${choice.length > 0 ? " Near it are:" : ""}`;
  const lines = choice.map((one) => [...titleOf(one), ` · ${one.feed.title} — `, code(`post ${one.id}`)]);
  return {
    status: "refused",
    body: [paragraph(opening), ...(lines.length > 0 ? [bulletList(lines)] : [])],
  };
}

async function postAgain(deps: CommandDeps, channel: string, one: FoundEntry, evenIfPosted: boolean): Promise<Reply> {
  if (one.entry === null) return refused("Its content is not kept any more, so it cannot be posted.");
  const { feedId } = one.feed;
  const [before, follower, nowMs] = await Promise.all([
    deps.ledger.row(channel, one.id),
    deps.feeds.followers.get(feedId, channel),
    deps.nowMs(),
  ]);
  const entry = { id: one.id, feedId, number: one.number, since: follower?.since ?? 0 };
  const result = await deps.ledger.repeat(channel, entry, nowMs, evenIfPosted);
  if (result !== "ok") return notRepeated(result, one);
  // Also when a crash comes before this: the sweep wakes a channel whose outbox is not empty.
  await deps.wake(channel);
  const [paused, held] = await Promise.all([deps.channels.pausedBecause(channel), deps.ledger.held(channel)]);
  const rest = before?.state === "held" ? (held.find(({ key }) => key === before.key)?.items.length ?? 0) : 0;
  return done(
    [
      paragraph(
        ...titleOf(one),
        paused === null ? " is posted here now." : " is posted here as soon as posting goes on.",
      ),
      ...(paused === null ? [] : [paragraph(`Posting is paused: ${paused}. `, code("resume"), " goes on.")]),
      ...(rest === 0
        ? []
        : [paragraph(`${String(rest)} more of the same message ${rest === 1 ? "is" : "are"} still set aside.`)]),
    ],
    { entryId: one.id, generation: nowMs },
  );
}

function notRepeated(result: Exclude<Repeated, "ok">, one: FoundEntry): Reply {
  switch (result) {
    case "pending":
    case "sending":
      return refused(
        ...titleOf(one),
        " waits to be posted already. ",
        code(`why ${one.handle}`),
        " tells what it waits for.",
      );
    case "posted":
      return refused(
        ...titleOf(one),
        " was posted here already. To post it once more: ",
        code(`post ${one.handle} again:yes`),
      );
    case "coming":
      return refused(...titleOf(one), " was found just now, and comes by itself in a moment.");
  }
}

/** A person has seen the message that was set aside: all that was in it counts as posted. */
async function settleHeld(deps: CommandDeps, channel: string, one: FoundEntry): Promise<Reply> {
  const row = await deps.ledger.row(channel, one.id);
  if (row?.state !== "held" || row.key === undefined)
    return refused(...titleOf(one), " is not set aside. ", code(`why ${one.handle}`), " tells what became of it.");
  await deps.channels.delivery.settle(channel, "", row.key, { state: "posted", ref: "" });
  return done([paragraph(...titleOf(one), " counts as posted from now on; nothing was sent.")], { entryId: one.id });
}
