import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError, apiErrors } from "./api-error.ts";
import { MOST_BODY_BYTES } from "./message-rules.ts";
import type { OpenApi } from "./openapi.ts";
import { type RateLimits, refusal } from "./rate-limits.ts";

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export interface UploadedFile {
  readonly name: string;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v10`, as the documents write it. */
  readonly path: string;
  /** Interactions and their webhooks are known by the token in their path, and no rate limit of the bot holds for them. */
  readonly byToken?: true;
  run(call: Call): Answer | Promise<Answer>;
}

/** The connection breaks instead of an answer. */
export class Cut extends Error {}

/** A 429 that no limit asks for. */
export class TooMany extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("429");
    this.retryAfterMs = retryAfterMs;
  }
}

/** A 5xx: the body is no JSON, as from the proxy in front of Discord. */
export class ServerFailure extends Error {}

export interface HttpParts {
  readonly routes: readonly Route[];
  readonly limits: RateLimits;
  readonly openApi: OpenApi | null;
  token(): string;
  /** A file that somebody uploaded, as Discord's file host gives it to whoever has its address. */
  file(id: string): Buffer | null;
}

const PREFIX = "/api/v10";

/** Discord's REST side: routing, authorization, limits, the form of errors. */
export class HttpSide {
  readonly server: Server;
  /** Requests and answers that Discord's published description does not allow. */
  readonly violations: string[] = [];
  readonly #parts: HttpParts;

  constructor(parts: HttpParts) {
    this.#parts = parts;
    this.server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (error instanceof Cut || !(error instanceof Error)) request.socket.destroy();
      else if (error instanceof ApiError) send(response, error.status, error.body());
      else if (error instanceof TooMany) sendTooMany(response, error.retryAfterMs);
      else {
        response.writeHead(502, { "content-type": "text/html" });
        response.end(error instanceof ServerFailure ? "<html>502: Bad Gateway</html>" : String(error.stack));
      }
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://discord");
    const fileId = /^\/attachments\/(\d+)\//.exec(url.pathname)?.[1];
    if (fileId !== undefined) {
      const file = this.#parts.file(fileId);
      response.writeHead(file === null ? 404 : 200).end(file);
      return;
    }
    const found = find(this.#parts.routes, request.method ?? "", url.pathname);
    if (found === null) throw apiErrors.notFound();
    const { route, params } = found;
    checkUserAgent(request);
    if (route.byToken === undefined) {
      if (request.headers.authorization !== `Bot ${this.#parts.token()}`) throw apiErrors.unauthorized();
      const major = params["channel_id"] ?? params["guild_id"] ?? "";
      const verdict = this.#parts.limits.ask(`${route.method} ${route.path}`, major);
      for (const [name, value] of Object.entries(verdict.headers)) response.setHeader(name, value);
      if (verdict.kind === "limited") {
        send(response, 429, verdict.body);
        return;
      }
    }
    const { body, files } = await readBody(request);
    const answer = await route.run({ params, query: url.searchParams, body, files });
    this.#check(route, body, answer);
    send(response, answer.status, answer.body);
  }

  #check(route: Route, body: unknown, answer: Answer): void {
    if (this.#parts.openApi === null) return;
    this.violations.push(...this.#parts.openApi.check(route.method, route.path, body, answer.status, answer.body));
  }
}

/** API Reference, "User Agent": `DiscordBot ($url, $versionNumber)` in front of whatever else. */
function checkUserAgent(request: IncomingMessage): void {
  if (!/^DiscordBot \(\S+, [\w.-]+\)/.test(request.headers["user-agent"] ?? "")) throw apiErrors.badUserAgent();
}

function find(
  routes: readonly Route[],
  method: string,
  pathname: string,
): { route: Route; params: Record<string, string> } | null {
  if (!pathname.startsWith(`${PREFIX}/`)) return null;
  const parts = pathname.slice(PREFIX.length).split("/");
  for (const route of routes) {
    const params = match(route.path.split("/"), parts);
    if (route.method === method && params !== null) return { route, params };
  }
  return null;
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, piece] of pattern.entries()) {
    const part = decodeURIComponent(parts[i] ?? "");
    if (piece.startsWith("{")) params[piece.slice(1, -1)] = part;
    else if (piece !== part) return null;
  }
  return params;
}

/** API Reference, "Uploading Files": `payload_json` with the rest of the request, and `files[n]`. */
async function readForm(type: string, bytes: Buffer): Promise<Pick<Call, "body" | "files">> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const files: UploadedFile[] = [];
  for (const [name, value] of form)
    if (/^files\[\d+\]$/.test(name) && typeof value !== "string")
      files.push({ name: value.name, text: await value.text() });
  const payload = form.get("payload_json");
  return { body: typeof payload === "string" ? (JSON.parse(payload) as unknown) : null, files };
}

async function readBody(request: IncomingMessage): Promise<Pick<Call, "body" | "files">> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MOST_BODY_BYTES) throw apiErrors.tooLarge();
    chunks.push(bytes);
  }
  if (size === 0) return { body: null, files: [] };
  const type = request.headers["content-type"] ?? "";
  try {
    if (type.startsWith("multipart/form-data")) return await readForm(type, Buffer.concat(chunks));
    return { body: JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown, files: [] };
  } catch {
    throw new ApiError(400, 50109, "The request body contains invalid JSON.");
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  if (body === undefined) {
    response.end();
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
}

function sendTooMany(response: ServerResponse, retryAfterMs: number): void {
  const { headers, body } = refusal(retryAfterMs, false);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  send(response, 429, body);
}
