import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ServedFeed } from "./served-feed.ts";

export interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface FeedServer {
  readonly origin: string;
  /** Serves a feed at `/<name>`. */
  feed(name: string, first: string | Buffer, contentType?: string, site?: string): ServedFeed;
  /** Serves one fixed answer at `/<name>`; returns its URL. */
  page(name: string, page: Page): string;
  /** The largest number of requests that were open at one time. */
  openMax(): number;
  requests(): number;
  close(): Promise<void>;
}

/** A web server on loopback. With `delayMs` each answer takes that long, so that requests that overlap are seen to. */
export async function startFeedServer(delayMs = 0): Promise<FeedServer> {
  const resources = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  let requests = 0;
  let open = 0;
  let openMax = 0;
  const server = createServer((request, response) => {
    requests += 1;
    open += 1;
    openMax = Math.max(openMax, open);
    response.once("close", () => (open -= 1));
    const answer = resources.get(request.url ?? "") ?? notFound;
    if (delayMs === 0) answer(request, response);
    else setTimeout(() => answer(request, response), delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  return {
    origin,
    feed(name, first, contentType, site) {
      const feed = new ServedFeed(`${origin}/${name}`, first, contentType, site);
      resources.set(`/${name}`, (request, response) => feed.answer(request, response));
      return feed;
    },
    page(name, page) {
      resources.set(
        `/${name}`,
        (_request, response) => void response.writeHead(page.status ?? 200, page.headers).end(page.body),
      );
      return `${origin}/${name}`;
    },
    openMax: () => openMax,
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404).end();
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
