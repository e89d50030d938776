import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { answerParent } from "./child.ts";
import { documentOf, newestEntry } from "./farm-documents.ts";
import { entryOfUrl, etagOf, type FarmPlan, feedOfPath, hostOf, lastModifiedOf } from "./farm-plan.ts";

/** The farm: feeds over HTTP on loopback, and the chat platform that takes their entries. A process of its own. */

/** More documents than this are written anew for each request. */
const MOST_KEPT_BODIES = 8000;
/** TLS alone: a certificate names every host. */
const MOST_NAMED_HOSTS = 500;

export interface Round {
  readonly status200: number;
  readonly status304: number;
  readonly other: number;
  /** Requests without If-None-Match. */
  readonly unconditional: number;
  readonly connections: number;
  /** From the first request to the end of the last answer. */
  readonly wallMs: number;
  readonly bodyBytes: number;
}

const state = {
  plan: { feeds: 0, planets: 0, tls: false, gzip: false, latencyMs: 0 } satisfies FarmPlan as FarmPlan,
  server: null as Server | null,
  versions: new Uint32Array(0),
  /** Answers 200 whatever the validators say. */
  ignoresValidators: false,
  bodies: new Map<number, { version: number; body: Buffer }>(),
  round: emptyRound(),
  /** `<feed>.<entry>` → when its document had left, and when the platform had it. */
  servedAtMs: new Map<string, number>(),
  latenciesMs: [] as number[],
  accepted: 0,
  messageKeys: new Set<string>(),
};

function emptyRound() {
  return {
    status200: 0,
    status304: 0,
    other: 0,
    unconditional: 0,
    connections: 0,
    bodyBytes: 0,
    firstMs: 0,
    lastMs: 0,
  };
}

function bodyOf(feed: number): Buffer {
  const version = state.versions[feed] ?? 0;
  const kept = state.bodies.get(feed);
  if (kept?.version === version) return kept.body;
  const text = documentOf(feed, version, feed >= state.plan.feeds - state.plan.planets);
  const body = state.plan.gzip ? gzipSync(text) : Buffer.from(text);
  if (state.bodies.size >= MOST_KEPT_BODIES) state.bodies.clear();
  state.bodies.set(feed, { version, body });
  return body;
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  if (request.url?.startsWith("/messages/") === true) return void accept(request, response);
  const { round } = state;
  if (round.firstMs === 0) round.firstMs = performance.now();
  response.once("finish", () => {
    round.lastMs = performance.now();
  });
  const feed = feedOfPath(request.url ?? "");
  if (!(feed >= 0 && feed < state.plan.feeds)) {
    round.other += 1;
    return void response.writeHead(404).end();
  }
  if (state.plan.latencyMs === 0) return answer(feed, request, response);
  void sleep(state.plan.latencyMs).then(() => answer(feed, request, response));
}

function answer(feed: number, request: IncomingMessage, response: ServerResponse): void {
  const { round } = state;
  const version = state.versions[feed] ?? 0;
  const etag = etagOf(feed, version);
  const asked = request.headers["if-none-match"];
  const head = { etag, "last-modified": lastModifiedOf(version), "cache-control": "max-age=86400" };
  if (asked === undefined) round.unconditional += 1;
  if (asked === etag && !state.ignoresValidators) {
    round.status304 += 1;
    return void response.writeHead(304, head).end();
  }
  round.status200 += 1;
  const body = bodyOf(feed);
  round.bodyBytes += body.length;
  const key = `${String(feed)}.${String(newestEntry(version))}`;
  if (version > 0 && !state.servedAtMs.has(key))
    response.once("finish", () => state.servedAtMs.set(key, performance.now()));
  const coding = state.plan.gzip ? { "content-encoding": "gzip" } : {};
  const type = { "content-type": "application/xml; charset=utf-8", "content-length": body.length };
  response.writeHead(200, { ...head, ...type, ...coding }).end(body);
}

/** The platform: a message with the URLs of its entries is posted under its key, or looked for. */
async function accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const messageKey = request.url ?? "";
  if (request.method === "GET") return void response.writeHead(state.messageKeys.has(messageKey) ? 200 : 404).end();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const nowMs = performance.now();
  state.messageKeys.add(messageKey);
  const { urls } = JSON.parse(Buffer.concat(chunks).toString()) as { urls: string[] };
  for (const url of urls) {
    const found = entryOfUrl(url);
    const servedMs = state.servedAtMs.get(`${String(found?.feed)}.${String(found?.entry)}`);
    state.accepted += 1;
    if (servedMs !== undefined) state.latenciesMs.push(nowMs - servedMs);
  }
  response.writeHead(200).end("{}");
}

function start({ plan, directory }: { plan: FarmPlan; directory: string }): Promise<{ port: number }> {
  state.plan = plan;
  state.versions = new Uint32Array(plan.feeds);
  const server = plan.tls ? createTlsServer(certificate(directory, plan.feeds), serve) : createServer(serve);
  server.keepAliveTimeout = 60_000;
  server.on("connection", () => {
    state.round.connections += 1;
  });
  state.server = server;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "0.0.0.0", 20_000, () => resolve({ port: (server.address() as AddressInfo).port }));
  });
}

/** A root (RSA 2048) and a leaf (ECDSA P-256) that names the feeds' addresses; the root is left in `<directory>/root.pem`. */
function certificate(directory: string, feeds: number): { key: Buffer; cert: Buffer } {
  const path = (name: string): string => join(directory, name);
  const openssl = (words: string): void => void execFileSync("openssl", words.split(" "), { stdio: "ignore" });
  const names = Array.from({ length: Math.min(feeds, MOST_NAMED_HOSTS) }, (_, feed) => `IP:${hostOf(feed)}`).join(",");
  const root = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=bench -keyout ${path("root.key")} -out ${path("root.pem")}`;
  openssl(root);
  openssl(
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=farm -addext subjectAltName=${names} -addext basicConstraints=CA:FALSE -CA ${path("root.pem")} -CAkey ${path("root.key")} -keyout ${path("leaf.key")} -out ${path("leaf.pem")}`,
  );
  return { key: readFileSync(path("leaf.key")), cert: readFileSync(path("leaf.pem")) };
}

/** Every so many feeds of the first `of` gets one more entry. */
function change({ every, of }: { every: number; of: number }): number {
  let changed = 0;
  for (let feed = 0; feed < Math.min(of, state.plan.feeds); feed += every) {
    state.versions[feed] = (state.versions[feed] ?? 0) + 1;
    // Written before it is asked for: the farm's own work is not the product's time.
    bodyOf(feed);
    changed += 1;
  }
  return changed;
}

answerParent({
  start,
  change,
  ignoreValidators: (ignores: boolean) => {
    state.ignoresValidators = ignores;
  },
  /** Every connection is closed, so that the next request to each host needs a new one. */
  dropConnections: () => state.server?.closeAllConnections(),
  warm: (feeds: number) => {
    for (let feed = 0; feed < feeds; feed += 1) bodyOf(feed);
  },
  beginRound: () => {
    state.round = emptyRound();
    state.latenciesMs = [];
    state.accepted = 0;
  },
  requests: () => state.round.status200 + state.round.status304 + state.round.other,
  accepted: () => state.accepted,
  endRound: (): Round => {
    const { firstMs, lastMs, ...counts } = state.round;
    return { ...counts, wallMs: lastMs - firstMs };
  },
  latencies: () => state.latenciesMs,
});
