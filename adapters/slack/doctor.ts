import { SocketModeReceiver } from "@slack/bolt";
import type { Finding } from "../../src/adapter.ts";
import type { SlackOptions } from "./adapter.ts";
import { failureOf, reasonOf } from "./failures.ts";
import { QuietLogger } from "./quiet-logger.ts";
import { NEEDED_SCOPES } from "./scopes.ts";
import { SlackFailure, Web } from "./web.ts";

interface AuthAnswer {
  readonly ok?: boolean;
  readonly team?: string;
  readonly user?: string;
  readonly url?: string;
  readonly response_metadata?: { readonly scopes?: readonly string[] };
}

/** Can Planetwire connect to Slack, who is it there, and which rights are missing? */
export async function examineSlack(options: SlackOptions): Promise<readonly Finding[]> {
  const web = new Web({ token: options.botToken, apiUrl: options.apiUrl, logger: new QuietLogger(null) });
  const page = pageOf(options);
  return [...(await examineToken(web, page)), await examineInbound(options, web, page)];
}

/** An app-level token bears the app's id, and so the address of its settings. */
function pageOf({ inbound }: SlackOptions): string {
  const app = inbound.kind === "socket" ? /^xapp-\d+-(\w+)-/.exec(inbound.appToken)?.[1] : undefined;
  return app === undefined ? "https://api.slack.com/apps" : `https://api.slack.com/apps/${app}`;
}

async function examineToken(web: Web, page: string): Promise<Finding[]> {
  try {
    const answer: AuthAnswer = await web.call("auth.test", {});
    const who = `“${answer.user ?? "?"}” in the workspace “${answer.team ?? "?"}” (${answer.url ?? "?"})`;
    return [good(who), scopesFinding(answer.response_metadata?.scopes ?? [], page)];
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    const what = `Slack does not let us in: ${reasonOf(error.failure)}`;
    return [bad(what, `${page}/install-on-team → install, then copy the Bot User OAuth Token to SLACK_BOT_TOKEN`)];
  }
}

function scopesFinding(granted: readonly string[], page: string): Finding {
  const missing = NEEDED_SCOPES.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return good(`all ${String(NEEDED_SCOPES.length)} scopes are granted`);
  const mend = `${page}/oauth → Bot Token Scopes → add ${missing.join(", ")}, then “Reinstall to Workspace”`;
  return bad(`the token lacks ${missing.join(", ")}`, mend);
}

async function examineInbound(options: SlackOptions, web: Web, page: string): Promise<Finding> {
  const { inbound } = options;
  if (inbound.kind === "http")
    return good("commands come over HTTP; whether Slack reaches this address shows when a command is typed");
  const receiver = new SocketModeReceiver({
    appToken: inbound.appToken,
    autoReconnectEnabled: false,
    logger: new QuietLogger(null),
    installerOptions: { clientOptions: web.clientOptions },
  });
  try {
    await receiver.client.start();
    return good("Socket Mode connects");
  } catch (error) {
    const mend = `${page}/general → App-Level Tokens → one with connections:write to SLACK_APP_TOKEN, and ${page}/socket-mode → on`;
    return bad(`Socket Mode does not connect: ${reasonOf(failureOf(error, 0))}`, mend);
  } finally {
    receiver.client.disconnect().catch(() => undefined);
  }
}

function good(text: string): Finding {
  return { isGood: true, text, mend: "" };
}

function bad(text: string, mend: string): Finding {
  return { isGood: false, text, mend };
}
