import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { HttpHandler } from "./adapter.ts";

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** One small server for whatever must be reached from outside. A path has one handler. */
export class HttpServer {
  readonly #routes = new Map<string, HttpHandler>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      (request, response) => this.#answer(request, response),
    );
  }

  /** Rejects when the port is taken. */
  static async listen(host: string, port: number): Promise<HttpServer> {
    const server = new HttpServer();
    server.#server.listen(port, host);
    await once(server.#server, "listening");
    return server;
  }

  route(path: string, handler: HttpHandler): void {
    this.#routes.set(path, handler);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await Promise.resolve();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path = ""] = (request.url ?? "").split("?");
    const handler = this.#routes.get(path);
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response);
  }
}
