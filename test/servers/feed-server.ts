import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Server } from "node:net";

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export type FeedHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server on 127.0.0.1 whose paths answer as they are told; any other path is 404. */
export interface FeedServer {
  /** `http://127.0.0.1:<port>`, or `https`. */
  readonly origin: string;
  /** `127.0.0.1:<port>`, as in `URL.host`. */
  readonly host: string;
  readonly port: number;
  /** All requests, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** TCP connections ever accepted. */
  connectionCount(): number;
  /** Paths are matched without their query. Returns the URL. */
  on(path: string, handler: FeedHandler): string;
  /** A document with its validators and 304 as RFC 9110 §13.2.2 has it. Returns the URL. */
  serve(path: string, document: ServedDocument): string;
  redirect(path: string, status: number, location: string): string;
  close(): Promise<void>;
}

export interface ServedDocument {
  readonly body: string | Buffer;
  readonly contentType?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A certificate of `test/fixtures/tls`, by the name of its file. */
export function certificate(name: string): string {
  return readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), "utf8");
}

/** With the name of a certificate the server speaks TLS. */
export async function startFeedServer(tls: string | null = null): Promise<FeedServer> {
  const handlers = new Map<string, FeedHandler>();
  const requests: SeenRequest[] = [];
  let connections = 0;
  const answerTo = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? "/";
    requests.push({ path, headers: request.headers });
    const handler = handlers.get(path.split("?", 1)[0] ?? "/");
    if (handler) handler(request, response);
    else response.writeHead(404).end("not here");
  };
  const pem = tls === null ? "" : certificate(tls);
  const server = tls === null ? createServer(answerTo) : createSecureServer({ key: pem, cert: pem }, answerTo);
  server.on("connection", () => connections++);
  const port = await listen(server);
  const origin = `${tls === null ? "http" : "https"}://127.0.0.1:${port}`;
  const on = (path: string, handler: FeedHandler): string => {
    handlers.set(path, handler);
    return `${origin}${path}`;
  };
  return {
    origin,
    host: `127.0.0.1:${port}`,
    port,
    requests,
    connectionCount: () => connections,
    on,
    serve: (path, document) => on(path, (request, response) => answer(document, request, response)),
    redirect: (path, status, location) => {
      return on(path, (_request, response) => response.writeHead(status, { location }).end());
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Listens on a free port of 127.0.0.1 and returns it. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}

function answer(document: ServedDocument, request: IncomingMessage, response: ServerResponse): void {
  const validators: Record<string, string> = {};
  if (document.etag) validators["etag"] = document.etag;
  if (document.lastModified) validators["last-modified"] = document.lastModified;
  const headers = { ...validators, ...document.headers };
  if (isCurrent(document, request)) {
    response.writeHead(304, headers).end();
    return;
  }
  const contentType = document.contentType ?? "application/rss+xml";
  response.writeHead(200, { "content-type": contentType, ...headers }).end(document.body);
}

/** If-None-Match decides alone where it is present (RFC 9110 §13.1.3). */
function isCurrent({ etag, lastModified }: ServedDocument, request: IncomingMessage): boolean {
  const { "if-none-match": ifNoneMatch, "if-modified-since": ifModifiedSince } = request.headers;
  if (ifNoneMatch !== undefined) return ifNoneMatch === etag;
  return ifModifiedSince !== undefined && ifModifiedSince === lastModified;
}
