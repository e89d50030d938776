import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { FarmFeed, type FeedPlan, type PublishedEntry } from "./farm-feed.ts";
import { HostTraffic } from "./farm-traffic.ts";
import { portOf } from "./port.ts";
import { type Random, seededRandom } from "./random.ts";

export interface FarmOptions {
  readonly seed: number;
  readonly plans: readonly FeedPlan[];
  /** While publishing, some answers are 500, 429 or cut. */
  readonly trouble: boolean;
}

export interface Farm {
  readonly feeds: readonly FarmFeed[];
  readonly traffic: HostTraffic;
  /** Publishes at unpredictable times until the function it returns is called; every wait so many times as long. */
  publishUnpredictably(times?: number): () => Promise<void>;
  entries(): readonly PublishedEntry[];
  close(): Promise<void>;
}

type Answer = "document" | "server error" | "too many requests" | "cut connection" | "cut document";

interface FarmState {
  readonly options: FarmOptions;
  readonly feeds: readonly FarmFeed[];
  readonly traffic: HostTraffic;
  readonly random: Random;
  publishing: boolean;
}

const burstSizes = { fewest: 5, most: 9 };

/** Feeds on several loopback addresses, so that hosts differ; Linux answers on all of 127.0.0.0/8. */
export async function startFarm(options: FarmOptions): Promise<Farm> {
  const state: { current: FarmState | null } = { current: null };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    if (state.current !== null) void serve(state.current, request, response);
  };
  const addresses = [...new Set(options.plans.map((plan) => plan.address))];
  const { servers, port } = await listenOnAll(addresses, listener);
  const feeds = options.plans.map((plan, index) => new FarmFeed(plan, port, seededRandom(options.seed * 1009 + index)));
  for (const planet of feeds)
    for (const member of feeds) if (planet.plan.copies?.includes(member.plan.path) === true) member.copyTo(planet);
  const farm: FarmState = {
    options,
    feeds,
    traffic: new HostTraffic(),
    random: seededRandom(options.seed),
    publishing: false,
  };
  state.current = farm;
  return {
    feeds,
    traffic: farm.traffic,
    publishUnpredictably: (times = 1) => publishUnpredictably(farm, times),
    entries: () => feeds.flatMap((feed) => feed.published),
    close: () => closeAll(servers),
  };
}

/** The same port on every address: the first one chooses it. */
async function listenOnAll(
  addresses: readonly string[],
  listener: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const servers: Server[] = [];
  let port = 0;
  for (const address of addresses) {
    const server = createServer({ keepAliveTimeout: 20_000 }, listener);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, address, resolve);
    });
    port = portOf(server);
    servers.push(server);
  }
  return { servers, port };
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }
}

function publishUnpredictably(farm: FarmState, times: number): () => Promise<void> {
  const stop = new AbortController();
  // Every feed waits on it.
  setMaxListeners(0, stop.signal);
  farm.publishing = true;
  const publishers = farm.feeds.map((feed, index) =>
    publishAlone(feed, seededRandom(farm.options.seed * 7919 + index), times, stop.signal),
  );
  return async () => {
    stop.abort();
    farm.publishing = false;
    await Promise.all(publishers);
  };
}

async function publishAlone(feed: FarmFeed, random: Random, times: number, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await delay(random.integer(200, 4000) * times, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return;
    const kind = random.integer(1, 30);
    if (kind <= 12) feed.publish(1);
    else if (kind <= 15) feed.publish(random.integer(2, 4));
    else if (kind === 16) feed.publish(random.integer(burstSizes.fewest, burstSizes.most));
    else if (kind === 17) feed.join(random.integer(3, 5));
    else if (kind <= 20) feed.disturb();
    else feed.revise();
  }
}

async function serve(farm: FarmState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = request.socket.localAddress ?? "";
  const record = farm.traffic.begin(address, request.url ?? "", request.headers["user-agent"] ?? "");
  response.once("close", () => record.end(response.writableFinished ? response.statusCode : null));
  response.once("finish", () => record.end(response.statusCode));
  const feed = farm.feeds.find(
    (candidate) => candidate.plan.address === address && candidate.plan.path === request.url,
  );
  if (feed === undefined) return void response.writeHead(404).end();
  await delay(farm.random.integer(0, 30));
  if (response.destroyed) return;
  const { "if-none-match": ifNoneMatch, "if-modified-since": ifModifiedSince } = request.headers;
  const { etag, lastModified } = feed.version;
  const asked = etag === null ? ifModifiedSince : ifNoneMatch;
  if (asked !== undefined) feed.confirm(asked);
  const answer = chooseAnswer(farm, feed);
  if (answer === "document" && asked === (etag ?? lastModified))
    return void response.writeHead(304, validatorsOf(feed)).end();
  if (answer === "document") record.serve(etag ?? lastModified);
  await reply(farm, feed, answer, response);
}

/** A cut takes the tail, so only documents with the oldest entry first are cut: what is left keeps the order of publishing. */
function chooseAnswer(farm: FarmState, feed: FarmFeed): Answer {
  if (!farm.publishing || !farm.options.trouble || farm.random.chance(0.9)) return "document";
  if (feed.version.oldestFirst && farm.random.chance(0.7)) return farm.random.pick(["cut connection", "cut document"]);
  return farm.random.pick(["server error", "too many requests", "document"]);
}

function validatorsOf(feed: FarmFeed): Record<string, string> {
  const { etag, lastModified } = feed.version;
  return etag === null ? { "last-modified": lastModified } : { etag, "last-modified": lastModified };
}

async function reply(farm: FarmState, feed: FarmFeed, answer: Answer, response: ServerResponse): Promise<void> {
  if (answer === "server error") return void response.writeHead(500).end();
  if (answer === "too many requests") return void response.writeHead(429, { "retry-after": "1" }).end();
  const { body } = feed.version;
  const head = {
    ...validatorsOf(feed),
    "content-type": `application/${feed.plan.format}+xml; charset=utf-8`,
  };
  const cutAt = farm.random.integer(Math.floor(body.length / 3), body.length - 1);
  if (answer === "cut document") return void response.writeHead(200, head).end(body.subarray(0, cutAt));
  response.writeHead(200, { ...head, "content-length": body.length });
  response.write(body.subarray(0, cutAt));
  await delay(farm.random.chance(0.2) ? farm.random.integer(20, 150) : 0);
  if (answer === "cut connection") response.destroy();
  else response.end(body.subarray(cutAt));
}
