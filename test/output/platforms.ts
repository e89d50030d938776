import { replyText } from "../../adapters/console/terminal.ts";
import { answerOf, pageComponents } from "../../adapters/discord/answer.ts";
import { answerPages } from "../../adapters/matrix/answer.ts";
import { privateMessage, toAnswer } from "../../adapters/slack/answer.ts";
import type { Reply } from "../../src/command/reply.ts";
import { ConsoleAdapter } from "../../adapters/console/adapter.ts";
import { render as renderForDiscord } from "../../adapters/discord/render.ts";
import { MatrixAdapter } from "../../adapters/matrix/adapter.ts";
import { toMessage } from "../../adapters/slack/message.ts";
import type { Outgoing } from "../../src/adapter.ts";
import { readConsole } from "./read-console.ts";
import { readDiscord } from "./read-discord.ts";
import { readMatrix } from "./read-matrix.ts";
import { readSlack } from "./read-slack.ts";
import type { Reader } from "./shown.ts";

export interface Platform {
  readonly name: string;
  /** The adapter's own. */
  readonly render: (outgoing: Outgoing) => string;
  readonly read: Reader;
  /** Every page of an answer to a command, as the adapter writes it. */
  readonly answer: (reply: Reply) => readonly string[];
}

const matrix = new MatrixAdapter({ homeserverUrl: "http://127.0.0.1", accessToken: "x", inviteServers: [] });
const terminal = new ConsoleAdapter({ dataDir: "unused", streams: null });

function discordAnswer(reply: Reply): string[] {
  const answer = answerOf(reply, "100000000000000001");
  return answer.pages.map((_, page) => JSON.stringify({ components: pageComponents(answer, "7", page) }));
}

function slackAnswer(reply: Reply): string[] {
  const answer = toAnswer(reply);
  return answer.pages.map((_, page) => JSON.stringify(privateMessage(answer, "7", page)));
}

function consoleAnswer(reply: Reply): string[] {
  return [JSON.stringify({ kind: "notice", feed: "", entries: [], text: replyText(reply) })];
}

export const platforms: readonly Platform[] = [
  { name: "discord", render: renderForDiscord, read: readDiscord, answer: discordAnswer },
  { name: "slack", render: (outgoing) => JSON.stringify(toMessage(outgoing)), read: readSlack, answer: slackAnswer },
  {
    name: "matrix",
    render: (outgoing) => matrix.render(outgoing),
    read: readMatrix,
    answer: (reply) => answerPages(reply).map((content) => JSON.stringify(content)),
  },
  { name: "console", render: (outgoing) => terminal.render(outgoing), read: readConsole, answer: consoleAnswer },
];
