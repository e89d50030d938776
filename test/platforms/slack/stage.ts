import type { PlatformStage, Seen as ChaosSeen, Trouble } from "../../chaos/platform-stage.ts";
import type { People } from "./people.ts";
import { startSlack } from "./server.ts";
import { TEAM } from "./workspace.ts";

const LONGEST_UNSEEN_MS = 2500;
const CONNECTED_WITHIN_MS = 60_000;

/** Slack for the chaos harness, in Socket Mode. */
export async function openSlackStage(): Promise<PlatformStage> {
  const server = await startSlack();
  const { slack, people, apiUrl } = server;
  const counts = { accepted: 0 };
  const stage: PlatformStage = {
    platform: "slack",
    env: { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: apiUrl },
    channels: async (count) =>
      await Promise.resolve(
        Array.from({ length: count }, (_, i) => {
          const { id } = slack.workspace.addChannel(`chaos-${String(i)}`);
          return `slack:${TEAM}/${id}`;
        }),
      ),
    seen: async (channel) => await Promise.resolve(people.seen(channel.split("/")[1] ?? "").map(toSeen)),
    say: async (channel, line) => {
      const id = channel.split("/")[1] ?? "";
      // What a person does begins in the turn in which it is called.
      const answering = people.type("carl", id, `/wire ${line}`);
      const interaction = [...slack.interactions.keys()].at(-1);
      return await Promise.resolve({
        answered: answering.then((answer) => answer.kind !== "error"),
        words: async () => await answering.then((answer) => ("seen" in answer ? answer.seen.text : "")),
        answers: () => slack.answers.happenings.filter((one) => one.interaction === interaction).length,
      });
    },
    whenConnected: async () => await server.socketMode.connected(1, CONNECTED_WITHIN_MS),
    trouble: (trouble) => applyTrouble(server.slack.trouble.settings, trouble),
    onAccepted: null,
    summary: () => {
      const calls = new Map<string, number>();
      for (const { method } of slack.calls) calls.set(method, (calls.get(method) ?? 0) + 1);
      const asked = [...calls].map(([method, count]) => `${method} ${String(count)}`).join(", ");
      return `Slack accepted ${String(counts.accepted)} messages; asked: ${asked}`;
    },
    close: async () => await server.close(),
  };
  slack.trouble.onAccepted = async () => {
    counts.accepted += 1;
    await stage.onAccepted?.();
  };
  return stage;
}

/** Titles are the links in bold, and links within an entry's text are not; the rows of a digest, which has no others, are not either. */
function toSeen({ text, links, threadRoot }: ReturnType<People["seen"]>[number]): ChaosSeen {
  const titles = links.filter((link) => link.bold);
  return { text, isInThread: threadRoot !== "", urls: (titles.length > 0 ? titles : links).map(({ url }) => url) };
}

function applyTrouble(
  settings: Awaited<ReturnType<typeof startSlack>>["slack"]["trouble"]["settings"],
  trouble: Trouble,
): void {
  const { limited = 0, failing = 0, cutBefore = 0, cutAfter = 0, late = 0, lateMs = 0 } = trouble;
  Object.assign(settings, {
    tooMany: limited,
    // Half of what fails says so in its own words, after the message was taken.
    serverError: failing / 2,
    errorAfter: failing / 2,
    cutBefore,
    cutAfter,
    late,
    lateMs,
    // Late and then missing from history for longer than the harness waits (3 s) is a window that nobody can close: docs/slack.md.
    historyLagMs: Math.min(
      trouble.historyLagMs ?? 0,
      late > 0 ? Math.max(0, LONGEST_UNSEEN_MS - lateMs) : LONGEST_UNSEEN_MS,
    ),
    historyError: trouble.historyRefused === true ? "missing_scope" : "",
  });
}
