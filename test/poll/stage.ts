import { type FeedServer, startFeedServer } from "../servers/feed-server.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { openPolling, type Polling } from "./polling.ts";

// One of each for a test file, which has this module to itself: `beforeAll(open)` and `afterAll(close)`.
export let real: RealRedis;
export let server: FeedServer;
export let polling: Polling;

export async function open(): Promise<void> {
  [real, server] = [await openRealRedis(), await startFeedServer()];
  polling = openPolling(real);
}

export async function close(): Promise<void> {
  await polling.close();
  await server.close();
  await real.close();
}
