import type { Writable } from "node:stream";
import { Cluster, Redis as SingleRedis } from "ioredis";
import { type ClusterAddress, isClusterUrl, parseClusterUrl } from "./cluster-url.ts";

/** Where a Redis listens: a URL, or the socket of a private server. */
export type Address = { readonly url: string } | { readonly socket: string };

/** One Redis, or a cluster of them. */
export type Redis = SingleRedis | Cluster;

/** One of them. */
export type Server = SingleRedis;

function waitMs(times: number): number {
  return Math.min(50 * times, 1000);
}

/** Nodes that change places disagree for an instant about who has a slot; without a pause a command would run in circles between them. */
const MOVED_PAUSE_MS = 20;

/**
 * A connection that waits for Redis as long as it takes: nothing of ours is lost by waiting, and deadlines are kept elsewhere.
 * `name` shows in CLIENT LIST.
 */
export function connect(address: Address, name: string): Redis {
  const options = { connectionName: name, maxRetriesPerRequest: null };
  const redis =
    "url" in address && isClusterUrl(address.url)
      ? connectCluster(clusterAddress(address.url), options)
      : connectSingle(address, options);
  // BullMQ makes copies: one that is told to connect fails for good where Redis is away just then, and one that does so by itself never.
  redis.options.lazyConnect = false;
  return redis;
}

interface SharedOptions {
  readonly connectionName: string;
  readonly maxRetriesPerRequest: null;
}

function connectSingle(address: Address, options: SharedOptions): SingleRedis {
  const waiting = { ...options, retryStrategy: waitMs, lazyConnect: true };
  const redis = "url" in address ? new SingleRedis(address.url, waiting) : new SingleRedis(address.socket, waiting);
  redis.on("connect", () => writeTogether(redis.stream));
  return redis;
}

/**
 * A command that meets a moved slot, a node that restarts, or a cluster that is down is sent again until it is answered, as one
 * to a single Redis that is away. Names are looked up anew by each connection.
 */
function connectCluster({ nodes, username, password, isTls }: ClusterAddress, options: SharedOptions): Cluster {
  const redisOptions = {
    ...options,
    ...(username === "" ? {} : { username }),
    ...(password === "" ? {} : { password }),
    ...(isTls ? { tls: {} } : {}),
  };
  const cluster = new Cluster([...nodes], {
    redisOptions,
    lazyConnect: true,
    maxRedirections: Number.POSITIVE_INFINITY,
    retryDelayOnMoved: MOVED_PAUSE_MS,
    clusterRetryStrategy: waitMs,
    dnsLookup: (host, callback) => callback(null, host),
  });
  cluster.on("+node", (node: SingleRedis) => node.on("connect", () => writeTogether(node.stream)));
  return cluster;
}

function clusterAddress(url: string): ClusterAddress {
  const address = parseClusterUrl(url);
  if (address === null) throw new TypeError("not the URL of a cluster");
  return address;
}

/** For people; without a password. */
export function describeAddress(address: Address): string {
  if ("socket" in address) return address.socket;
  const nodes = parseClusterUrl(address.url)?.nodes.map(({ host, port }) => `${host}:${String(port)}`);
  if (nodes !== undefined) return nodes.join(", ");
  const { host = "localhost", port = 6379, path } = new SingleRedis(address.url, { lazyConnect: true }).options;
  return path ?? `${host}:${String(port)}`;
}

/** The servers that hold data. Each answers for itself, and rejects where it is away. */
export function mastersOf(redis: Redis): SingleRedis[] {
  return redis instanceof Cluster ? redis.nodes("master") : [redis];
}

/** Calls back after each lost connection: behind the next may be another Redis, or an older copy of the same. */
export function onLost(redis: Redis, listener: () => void): void {
  redis.on(redis instanceof Cluster ? "-node" : "close", listener);
}

/**
 * What one turn sends leaves in one write: a write of its own costs a command as much again. Nothing waits for it but the end of the
 * microtasks, and the order stays. (ioredis' own auto-pipelining also saves the writes, but costs more than it saves.)
 */
function writeTogether(stream: Writable): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let isCorked = false;
  stream.write = (...args: unknown[]): boolean => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return write(...args);
  };
}

/** Whether a server answers there within `timeoutMs`. */
export async function answers(address: { readonly socket: string }, timeoutMs: number): Promise<boolean> {
  const probe = new SingleRedis(address.socket, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    retryStrategy: () => null,
  });
  probe.on("error", () => undefined);
  try {
    await probe.connect();
    return (await probe.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    probe.disconnect();
  }
}
