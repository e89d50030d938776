import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { atomDocument, type Edition, frontPage, picture, postPage, rssDocument } from "./planet/documents.ts";
import { createPlanet, type Planet } from "./planet/state.ts";
import type { Step } from "./planet/timetable.ts";

interface PlanetOptions {
  /** From one beat of the timetable to the next. */
  readonly everyMs: number;
  /** Closes the planet. */
  readonly signal?: AbortSignal;
  /** Told after each beat what it brought. */
  readonly onBeat?: (step: Step) => void;
}

interface RunningPlanet {
  /** The site's address; `rss20.xml` and `atom.xml` lie below it. */
  readonly url: string;
  close(): Promise<void>;
}

interface Page {
  readonly type: string;
  readonly body: string | Buffer;
  /** In whole seconds, as HTTP has it. */
  readonly changedAtMs: number;
}

const longestFirstWaitMs = 1000;
const transparentPixel = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

function findPage(planet: Planet, origin: string, path: string): Page | null {
  const edition: Edition = { origin, posts: planet.window(), changedAtMs: planet.changedAtMs() };
  const page = (type: string, body: string | Buffer, changedAtMs = edition.changedAtMs): Page => ({
    type,
    body,
    changedAtMs,
  });
  switch (path) {
    case "/":
      return page("text/html; charset=utf-8", frontPage(edition));
    case "/rss20.xml":
      return page("application/rss+xml; charset=utf-8", rssDocument(edition));
    case "/atom.xml":
      return page("application/atom+xml; charset=utf-8", atomDocument(edition));
    case "/pixel.gif":
      return page("image/gif", transparentPixel);
    default: {
      const name = /^\/img\/([a-z-]+)\.svg$/.exec(path)?.[1];
      if (name !== undefined) return page("image/svg+xml", picture(name));
      const post = planet.page(path);
      return post === undefined ? null : page("text/html; charset=utf-8", postPage(post), post.updatedAtMs);
    }
  }
}

/** RFC 9110 section 13.2.2: If-Modified-Since counts only where there is no If-None-Match. */
function isUnchanged(request: IncomingMessage, etag: string, lastModified: string): boolean {
  const known = request.headers["if-none-match"];
  if (known !== undefined) return known.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return since >= Date.parse(lastModified);
}

function answer(request: IncomingMessage, response: ServerResponse, page: Page | null): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  if (page === null) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Nothing is moored here.\n");
    return;
  }
  const etag = `"${createHash("sha256").update(page.body).digest("base64url").slice(0, 22)}"`;
  const lastModified = new Date(page.changedAtMs).toUTCString();
  const validators = { etag, "last-modified": lastModified, "cache-control": "max-age=1" };
  if (isUnchanged(request, etag, lastModified)) {
    response.writeHead(304, validators).end();
    return;
  }
  response.writeHead(200, {
    ...validators,
    "content-type": page.type,
    "content-length": Buffer.byteLength(page.body),
  });
  response.end(request.method === "HEAD" ? undefined : page.body);
}

/** The planet's clock: stands still until the first `wind`, so that whoever reads the feed misses nothing. */
function createClock(everyMs: number, beat: () => void): { wind(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  function tick(): void {
    timer = setTimeout(tick, everyMs);
    beat();
  }
  return {
    wind: () => {
      timer ??= setTimeout(tick, Math.min(everyMs, longestFirstWaitMs));
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/**
 * Serves the sample planet on a free port of 127.0.0.1. Its timetable begins when one of the feeds is first read; the
 * first new post comes within a second of that, then one beat every `everyMs`, for as long as the planet runs.
 */
export async function startPlanet({ everyMs, signal, onBeat }: PlanetOptions): Promise<RunningPlanet> {
  signal?.throwIfAborted();
  const planet = createPlanet(Date.now());
  const clock = createClock(everyMs, () => {
    const step = planet.beat(Date.now());
    onBeat?.(step);
  });
  let origin = "";
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    answer(request, response, findPage(planet, origin, path));
    if (path.endsWith(".xml")) clock.wind();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`;

  async function close(): Promise<void> {
    clock.stop();
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }
  signal?.addEventListener("abort", () => void close(), { once: true });
  return { url: `${origin}/`, close };
}
