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
  return "url" in address ? new Redis(address.url, options) : new Redis(address.socket, options);
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
