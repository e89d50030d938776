import type { Reader } from "./config-reader.ts";

/** The platforms, each null when its variables are not set. */
export interface ChatConfig {
  /** Those whose variables are set; the console when none is. */
  readonly platforms: readonly string[];
  readonly discord: DiscordConfig | null;
  readonly slack: SlackConfig | null;
  readonly matrix: MatrixConfig | null;
  /** null: nothing listens. */
  readonly http: { readonly host: string; readonly port: number } | null;
}

export interface DiscordConfig {
  readonly token: string;
  /** Without the version, as `https://discord.com/api`. */
  readonly apiUrl: string;
}

export interface SlackConfig {
  readonly botToken: string;
  /** `socket`: Slack is called; `http`: Slack calls, and signs. */
  readonly inbound:
    | { readonly kind: "socket"; readonly appToken: string }
    | { readonly kind: "http"; readonly signingSecret: string };
  /** With a slash at its end. */
  readonly apiUrl: string;
}

export interface MatrixConfig {
  readonly homeserverUrl: string;
  readonly accessToken: string;
  /** Names of the servers whose users may invite the bot; empty: its own server only. */
  readonly inviteServers: readonly string[];
}

/** Which platforms are on, and how. Half a platform is a problem that says what is missing. */
export function readPlatforms(reader: Reader): ChatConfig {
  const chats = { discord: discord(reader), slack: slack(reader), matrix: matrix(reader) };
  const on = Object.entries(chats).flatMap(([name, config]) => (config === null ? [] : [name]));
  return { ...chats, platforms: on.length === 0 ? ["console"] : on, http: http(reader) };
}

function discord(reader: Reader): DiscordConfig | null {
  const apiUrl = reader.webUrl("DISCORD_API_URL").replace(/\/+$/, "");
  const token = reader.text("DISCORD_TOKEN").replace(/^Bot /, "");
  return token === "" ? null : { token, apiUrl };
}

function slack(reader: Reader): SlackConfig | null {
  const [botToken, appToken, signingSecret] = [
    reader.text("SLACK_BOT_TOKEN"),
    reader.text("SLACK_APP_TOKEN"),
    reader.text("SLACK_SIGNING_SECRET"),
  ];
  const apiUrl = reader.webUrl("SLACK_API_URL").replace(/\/*$/, "/");
  if (botToken === "") {
    if (appToken !== "" || signingSecret !== "")
      reader.problem("SLACK_BOT_TOKEN", "is missing while other Slack settings are there", "xoxb-…");
    return null;
  }
  if (!botToken.startsWith("xoxb-"))
    reader.problem("SLACK_BOT_TOKEN", "must be the Bot User OAuth Token, which begins with xoxb-", "xoxb-…");
  if (appToken !== "") {
    if (!appToken.startsWith("xapp-"))
      reader.problem("SLACK_APP_TOKEN", "must be an app-level token, which begins with xapp-", "xapp-…");
    return { botToken, inbound: { kind: "socket", appToken }, apiUrl };
  }
  if (signingSecret === "")
    reader.problem(
      "SLACK_APP_TOKEN",
      "is missing: commands come by Socket Mode with it, or over HTTP with SLACK_SIGNING_SECRET",
      "xapp-…",
    );
  else if (reader.text("HTTP_PORT") === "")
    reader.problem("HTTP_PORT", "is missing: with SLACK_SIGNING_SECRET Slack calls Planetwire over HTTP", "8080");
  return { botToken, inbound: { kind: "http", signingSecret }, apiUrl };
}

function matrix(reader: Reader): MatrixConfig | null {
  const accessToken = reader.text("MATRIX_ACCESS_TOKEN");
  const url = reader.text("MATRIX_HOMESERVER_URL");
  const inviteServers = reader.list("MATRIX_INVITE_SERVERS");
  if (accessToken === "" && url === "") return null;
  if (accessToken === "")
    reader.problem("MATRIX_ACCESS_TOKEN", "is missing while MATRIX_HOMESERVER_URL is there", "syt_…");
  if (url === "")
    reader.problem(
      "MATRIX_HOMESERVER_URL",
      "is missing while MATRIX_ACCESS_TOKEN is there",
      "https://matrix.example.org",
    );
  const homeserverUrl = url === "" ? "" : reader.webUrl("MATRIX_HOMESERVER_URL").replace(/\/+$/, "");
  return { homeserverUrl, accessToken, inviteServers };
}

function http(reader: Reader): ChatConfig["http"] {
  const host = reader.text("HTTP_HOST");
  return reader.text("HTTP_PORT") === "" ? null : { host, port: reader.integer("HTTP_PORT") };
}
