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
}

const matrix = new MatrixAdapter({ homeserverUrl: "http://127.0.0.1", accessToken: "x", inviteServers: [] });
const terminal = new ConsoleAdapter({ dataDir: "unused", streams: null });

export const platforms: readonly Platform[] = [
  { name: "discord", render: renderForDiscord, read: readDiscord },
  { name: "slack", render: (outgoing) => JSON.stringify(toMessage(outgoing)), read: readSlack },
  { name: "matrix", render: (outgoing) => matrix.render(outgoing), read: readMatrix },
  { name: "console", render: (outgoing) => terminal.render(outgoing), read: readConsole },
];
