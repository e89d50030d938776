import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFileSync } from "node:fs";
import { portOf } from "../../chaos/port.ts";
import { SlackFault } from "./fault.ts";
import { HttpMode } from "./http-mode.ts";
import type { Inbound } from "./inbound.ts";
import { isFields } from "./json.ts";
import { People } from "./people.ts";
import { respond } from "./responses.ts";
import { type AppManifest, Slack } from "./slack.ts";
import { SocketMode } from "./socket-mode.ts";
import { answerCall, readBody, send } from "./web-api.ts";

/** A played Slack that listens on loopback. */
export interface SlackServer {
  readonly slack: Slack;
  readonly people: People;
  readonly socketMode: SocketMode;
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string;
  /** From now on the app is called at this address. */
  useHttp(url: string): HttpMode;
  close(): Promise<void>;
}

interface ManifestFile {
  readonly features: { readonly slash_commands: readonly { readonly command: string }[] };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: {
    readonly event_subscriptions: { readonly bot_events: readonly string[] };
    readonly interactivity: { readonly is_enabled: boolean };
  };
}

/** The app as its manifest in the repository makes it. */
export function appManifest(): AppManifest {
  const path = new URL("../../../adapters/slack/manifest.json", import.meta.url);
  const file = JSON.parse(readFileSync(path, "utf8")) as ManifestFile;
  return {
    scopes: file.oauth_config.scopes.bot,
    commands: file.features.slash_commands.map((one) => one.command),
    events: file.settings.event_subscriptions.bot_events,
    isInteractive: file.settings.interactivity.is_enabled,
  };
}

export async function startSlack(manifest = appManifest(), port = 0): Promise<SlackServer> {
  const slack = new Slack(manifest);
  const tickets = new Set<string>();
  const socketMode = new SocketMode(tickets);
  let inbound: Inbound = socketMode;
  const server = createServer((request, response) => {
    serve(slack, tickets, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => socketMode.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  slack.baseUrl = `http://127.0.0.1:${String(portOf(server))}`;
  return {
    slack,
    people: new People(slack, { send: async (...sent) => await inbound.send(...sent) }),
    socketMode,
    apiUrl: `${slack.baseUrl}/api/`,
    useHttp: (url) => {
      const http = new HttpMode(slack.signingSecret, url);
      inbound = http;
      return http;
    },
    close: async () => {
      socketMode.close();
      await closeServer(server);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A file lies behind the token; without it Slack shows a page to sign in. */
function serveFile(slack: Slack, id: string, request: IncomingMessage, response: ServerResponse): void {
  const file = slack.files.get(id);
  if (request.headers.authorization !== `Bearer ${slack.botToken}` || !slack.scopes.has("files:read"))
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>");
  else response.writeHead(file === undefined ? 404 : 200).end(file?.bytes);
}

async function takeUpload(slack: Slack, id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = slack.files.get(id);
  const text = await readBody(request);
  if (file !== undefined) file.bytes = Buffer.from(text);
  response.writeHead(file === undefined ? 404 : 200).end("OK");
}

async function serve(
  slack: Slack,
  tickets: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? "/";
  if (path.startsWith("/api/")) return await answerCall(slack, tickets, request, response);
  const file = /^\/files\/(\w+)\//.exec(path)?.[1];
  if (file !== undefined) return serveFile(slack, file, request, response);
  const upload = /^\/upload\/(\w+)$/.exec(path)?.[1];
  if (upload !== undefined) return await takeUpload(slack, upload, request, response);
  const interaction = /^\/response\/\w+\/(\w+)$/.exec(path)?.[1];
  if (interaction === undefined) return void response.writeHead(404).end();
  try {
    const body: unknown = JSON.parse(await readBody(request));
    respond(slack, interaction, isFields(body) ? body : {});
    response.writeHead(200).end("ok");
  } catch (error) {
    if (!(error instanceof SlackFault)) throw error;
    send(response, error.code.endsWith("_url") ? 404 : 400, { ok: false, error: error.code, ...error.extra });
  }
}
