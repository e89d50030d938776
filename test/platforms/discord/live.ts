import { pino } from "pino";
// First, as in the program: what it loads is what SDKs then meet.
import { type App, startApp } from "../../../src/app.ts";
import { DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import { previews } from "../../../adapters/index.ts";
import { loadConfig } from "../../../src/config.ts";
import { openRealRedis, type RealRedis } from "../../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../../support/feed-server.ts";
import { DiscordServer, TOKEN } from "./server.ts";

// The whole bot in this process, between Redis, feeds and Discord: one of each for a test file, which has this module to itself.
export let redis: RealRedis;
export let feeds: FeedServer;
export let server: DiscordServer;
let app: App;

/** Until the bot is connected. */
export async function open(): Promise<void> {
  [redis, feeds, server] = [await openRealRedis(), await startFeedServer(), await DiscordServer.start()];
  const env = {
    REDIS_URL: redis.url,
    DATA_DIR: redis.directory,
    DISCORD_TOKEN: TOKEN,
    DISCORD_API_URL: server.apiUrl,
    ALLOW_PRIVATE_NETWORKS: "127.0.0.1",
    POLL_MIN_SECONDS: "0.2",
    POLL_MAX_SECONDS: "0.4",
    LOCK_SECONDS: "1",
    UNCERTAIN_WAIT_SECONDS: "1",
  };
  const config = loadConfig(env, () => "");
  if (config.discord === null) throw new Error("Discord is not configured");
  app = await startApp(config, [new DiscordAdapter(config.discord)], previews, pino({ level: "silent" }));
  await server.gateway.whenConnected(1);
}

export async function close(): Promise<void> {
  await app.stop();
  await server.close();
  await feeds.close();
  await redis.close();
}
