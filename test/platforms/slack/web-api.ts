import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { SlackFault, TooMany } from "./fault.ts";
import { type Fields, isFields, textOf } from "./json.ts";
import { Cut, ServerError } from "./methods/content.ts";
import { openConnection } from "./methods/rooms.ts";
import { type Method, methods } from "./methods/table.ts";
import type { Slack } from "./slack.ts";

const MOST_BODY_BYTES = 1_000_000;

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new SlackFault("request_too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * One call of a Web API method: arguments as a form or as JSON, the token as a bearer, the answer always JSON with `ok`, HTTP
 * 200 but for rate limits. https://docs.slack.dev/apis/web-api
 */
export async function answerCall(
  slack: Slack,
  tickets: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = new URL(request.url ?? "/", slack.baseUrl).pathname.slice("/api/".length);
  const headers: Record<string, string> = { "x-oauth-scopes": [...slack.scopes].join(",") };
  try {
    const args = readArguments(request, await readBody(request));
    slack.calls.push({ method, args, atMs: Date.now() });
    send(response, 200, { ok: true, ...(await callMethod(slack, tickets, method, request, args)) }, headers);
  } catch (error) {
    if (error instanceof Cut) request.socket.destroy();
    else if (error instanceof ServerError) response.writeHead(500).end("upstream connect error");
    else if (error instanceof TooMany)
      send(response, 429, { ok: false, error: "ratelimited" }, { "retry-after": String(error.retryAfterSeconds) });
    else if (error instanceof SlackFault)
      send(response, 200, { ok: false, error: error.code, ...error.extra }, headers);
    else throw error;
  }
}

export function send(
  response: ServerResponse,
  status: number,
  body: Fields,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

function readArguments(request: IncomingMessage, body: string): Fields {
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(body));
  if (!type.startsWith("application/json")) return body === "" ? {} : { malformed: true };
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) return value;
  } catch {
    // Falls through to the documented error.
  }
  throw new SlackFault("invalid_json");
}

async function callMethod(
  slack: Slack,
  tickets: Set<string>,
  name: string,
  request: IncomingMessage,
  args: Fields,
): Promise<Fields> {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? textOf(args, "token");
  if (name === "apps.connections.open") {
    checkAppToken(slack, token);
    const ticket = randomBytes(12).toString("hex");
    tickets.add(ticket);
    return openConnection(slack, ticket);
  }
  const method = methods[name];
  if (method === undefined) throw new SlackFault("unknown_method");
  checkBotToken(slack, token);
  checkScope(slack, method, args);
  return await method.run(slack, args);
}

function checkAppToken(slack: Slack, token: string): void {
  if (token === "") throw new SlackFault("not_authed");
  if (slack.appTokenError !== "") throw new SlackFault(slack.appTokenError);
  if (token === slack.botToken) throw new SlackFault("not_allowed_token_type");
  if (token !== slack.appToken) throw new SlackFault("invalid_auth");
}

function checkBotToken(slack: Slack, token: string): void {
  if (token === "") throw new SlackFault("not_authed");
  if (slack.botTokenError !== "") throw new SlackFault(slack.botTokenError);
  if (token === slack.appToken) throw new SlackFault("not_allowed_token_type");
  if (token !== slack.botToken) throw new SlackFault("invalid_auth");
}

/** `missing_scope` says which scope is needed and which the token has. */
function checkScope(slack: Slack, method: Method, args: Fields): void {
  const isPrivate = slack.workspace.channels.get(String(args["channel"]))?.isPrivate === true;
  const needed = isPrivate ? (method.privateScope ?? method.scope) : method.scope;
  if (needed !== "" && !slack.scopes.has(needed))
    throw new SlackFault("missing_scope", { needed, provided: [...slack.scopes].join(",") });
}
