import { resumeFeed } from "../follow/resume-feed.ts";
import { toFeedState } from "../poll/feed-state.ts";
import { pollRuns } from "../poll/history.ts";
import type { Args, Caller, CommandRow } from "./command.ts";
import { type CommandDeps, feedOf, isReply, text } from "./deps.ts";
import { fetchRefusal } from "./fetch-limit.ts";
import { code, done, paragraph, refused, type Reply, strong } from "./reply.ts";
import { duration } from "./time-words.ts";

export function resumeCommand(deps: CommandDeps): CommandRow {
  return {
    name: "resume",
    description: "Go on posting after a pause; with a feed: read that feed now, also when it was given up.",
    example: "resume",
    permission: "manage",
    options: [{ name: "feed", description: "Number, address or words of the title", type: "feed", required: false }],
    run: async (caller, args) =>
      text(args, "feed") === "" ? await resumeChannel(deps, caller) : await resumeReading(deps, caller, args),
  };
}

async function resumeChannel(deps: CommandDeps, { channel }: Caller): Promise<Reply> {
  await deps.channels.left.isBack(channel);
  const [was, waiting] = await Promise.all([deps.channels.resume(channel), deps.channels.outstanding(channel)]);
  await deps.wake(channel);
  const opening = was ? "Going on." : "It was not paused.";
  return done([paragraph(waiting === 0 ? `${opening} Nothing waits.` : `${opening} ${String(waiting)} waiting.`)], {
    waiting,
  });
}

async function resumeReading(deps: CommandDeps, caller: Caller, args: Args): Promise<Reply> {
  const feed = await feedOf(deps, caller, args);
  if (isReply(feed)) return feed;
  const tooOften = await fetchRefusal(deps, caller);
  if (tooOften !== null) return tooOften;
  const name = strong(feed.title);
  const result = await resumeFeed(deps.follow, feed.feedId, deps.stopping);
  switch (result.kind) {
    case "busy":
      return refused("Its server is busy with another request of ours. Try again in a moment.");
    case "stop":
      return refused(name, ` cannot be read, and is not asked again by itself: ${result.failure}.`);
    case "polled": {
      const next = `It is read again by itself in ${duration(result.nextInMs)}.`;
      const data = { feedId: feed.feedId, failure: result.failure };
      if (result.failure !== null)
        return done([paragraph(name, ` still cannot be read: ${result.failure.replace(/\.$/, "")}. ${next}`)], data);
      const state = toFeedState(await deps.feeds.state(feed.feedId));
      return done(
        [
          paragraph(name, ` was read just now: ${found(state?.history ?? "")}. ${next}`),
          ...pausedNote(await deps.channels.pausedBecause(caller.channel)),
        ],
        data,
      );
    }
  }
}

function found(history: string): string {
  const last = pollRuns(history).findLast(({ kind }) => kind !== "moved");
  if (last?.kind !== "read" && last?.kind !== "part") return "nothing has changed in it";
  return last.unseen === 0 ? "nothing in it is new" : `${String(last.unseen)} new in it`;
}

function pausedNote(paused: string | null): Reply["body"] {
  return paused === null ? [] : [paragraph("Posting here is paused; ", code("resume"), " alone ends that.")];
}
