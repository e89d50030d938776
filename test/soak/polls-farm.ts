import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { numbered, rss } from "../support/rss.ts";

/** Answers take so long that two requests to a host would be seen together. */
const ANSWER_MS = 5;
const SHOWN = 20;
/** The bot's clock and this one are the same, but an answer has a way to go. */
const SLACK_MS = 20;

export interface PollsFarm {
  url(feed: number): string;
  /** A feed has one more entry. Returns its title. */
  publish(feed: number): string;
  title(feed: number, n: number): string;
  link(feed: number, n: number): string;
  report(): FarmReport;
  close(): Promise<void>;
}

export interface FarmReport {
  readonly requests: number;
  readonly unchanged: number;
  /** Requests that came while another to the same host was under way. */
  readonly together: number;
  /** Feed and time (Unix, ms) of each request that came sooner than the answer before had allowed. */
  readonly tooSoon: readonly { readonly feed: number; readonly atMs: number; readonly afterMs: number }[];
}

/** A host of its own for each feed: Linux answers on all of 127.0.0.0/8. Each says in every answer for how long it is fresh. */
export async function startPollsFarm(feeds: number, maxAgeSeconds: number): Promise<PollsFarm> {
  const versions = Array.from({ length: feeds }, () => 1);
  const open = new Map<number, number>();
  const endedMs = new Map<number, number>();
  const tooSoon: { feed: number; atMs: number; afterMs: number }[] = [];
  let [requests, unchanged, together] = [0, 0, 0];
  const title = (feed: number, n: number): string => `Feed ${feed} post ${n}`;

  // Of its own, since one link is one post in a channel, whichever of its feeds brings it.
  const link = (feed: number, n: number): string => `http://planet.example/${feed}/${n}`;

  function body(feed: number): string {
    const newest = versions[feed] ?? 1;
    const numbers = Array.from({ length: Math.min(newest, SHOWN) }, (_, i) => newest - i);
    return rss(numbers.map((n) => numbered(n, { title: title(feed, n), guid: `${feed}-${n}`, link: link(feed, n) })));
  }

  function answer(feed: number, request: IncomingMessage, response: ServerResponse): void {
    const etag = `"${feed}-${versions[feed] ?? 0}"`;
    const head = { etag, "cache-control": `max-age=${maxAgeSeconds}` };
    const isCurrent = request.headers["if-none-match"] === etag;
    unchanged += isCurrent ? 1 : 0;
    response.writeHead(isCurrent ? 304 : 200, head).end(isCurrent ? undefined : body(feed));
  }

  const server = createServer((request, response) => {
    const feed = Number(/^\/(\d+)$/.exec(request.url ?? "")?.[1]);
    const atMs = Date.now();
    requests += 1;
    if ((open.get(feed) ?? 0) > 0) together += 1;
    open.set(feed, (open.get(feed) ?? 0) + 1);
    // Also for one that is killed before its answer: its connection ends with it.
    response.once("close", () => {
      open.set(feed, (open.get(feed) ?? 1) - 1);
      endedMs.set(feed, Date.now());
    });
    const afterMs = atMs - (endedMs.get(feed) ?? -Infinity);
    if (afterMs < maxAgeSeconds * 1000 - SLACK_MS) tooSoon.push({ feed, atMs, afterMs });
    setTimeout(() => answer(feed, request, response), ANSWER_MS);
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: (feed) => `http://127.1.${feed >> 8}.${feed & 255}:${port}/${feed}`,
    publish(feed) {
      const n = (versions[feed] ?? 1) + 1;
      versions[feed] = n;
      return title(feed, n);
    },
    title,
    link,
    report: () => ({ requests, unchanged, together, tooSoon }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
