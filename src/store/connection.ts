import type { Writable } from "node:stream";
import { Redis } from "ioredis";

/** Where a Redis listens: a URL, or the socket of a private server. */
export type Address = { readonly url: string } | { readonly socket: string };

/**
 * A connection that waits for Redis as long as it takes: nothing of ours is lost by waiting, and deadlines are kept elsewhere.
 * `name` shows in CLIENT LIST.
 */
export function connect(address: Address, name: string): Redis {
  const options = {
    connectionName: name,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number): number => Math.min(50 * times, 1000),
    lazyConnect: true,
  };
  const redis = "url" in address ? new Redis(address.url, options) : new Redis(address.socket, options);
  redis.on("connect", () => writeTogether(redis.stream));
  return redis;
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
export async function answers(address: Address, timeoutMs: number): Promise<boolean> {
  const options = {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    retryStrategy: () => null,
  };
  const probe = "url" in address ? new Redis(address.url, options) : new Redis(address.socket, options);
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
