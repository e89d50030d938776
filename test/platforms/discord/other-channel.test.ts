import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import { previews } from "../../../adapters/index.ts";
import { type App, startApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import { openRealRedis, type RealRedis } from "../../store/real-redis.ts";
import { startFeedServer } from "../../support/feed-server.ts";
import { numbered, rss } from "../../support/rss.ts";
import { channelObject } from "./objects.ts";
import type { Person } from "./person.ts";
import { permission } from "./permissions.ts";
import { DiscordServer, TOKEN } from "./server.ts";
import { type Channel, channelType, type Overwrite } from "./world.ts";

let redis: RealRedis;
let server: DiscordServer;
let feeds: Awaited<ReturnType<typeof startFeedServer>>;
let app: App;
let here: Channel;
let url: string;

beforeAll(async () => {
  [redis, server, feeds] = [await openRealRedis(), await DiscordServer.start(), await startFeedServer(0)];
  const env = {
    REDIS_URL: redis.url,
    DATA_DIR: redis.directory,
    DISCORD_TOKEN: TOKEN,
    DISCORD_API_URL: server.apiUrl,
    ALLOW_PRIVATE_NETWORKS: "127.0.0.1",
    LOCK_SECONDS: "1",
  };
  const config = loadConfig(env, () => "");
  if (config.discord === null) throw new Error("Discord is not configured");
  app = await startApp(config, [new DiscordAdapter(config.discord)], previews, pino({ level: "silent" }));
  await server.gateway.whenConnected(1);
  here = server.addChannel({ name: "here" });
  ({ url } = feeds.feed("kernel.xml", rss([numbered(1)])));
}, 60_000);

afterAll(async () => {
  await app.stop();
  await server.close();
  await feeds.close();
  await redis.close();
});

const plain = permission.viewChannel | permission.sendMessages;

function there(overwrites: readonly Overwrite[] = [], type?: number): Channel {
  const channel = server.addChannel({ name: "there", ...(type === undefined ? {} : { type }) });
  channel.overwrites = [...overwrites];
  server.gateway.dispatch("CHANNEL_UPDATE", channelObject(channel), channel.guildId);
  return channel;
}

const member = ({ user }: Person, allow: bigint, deny = 0n): Overwrite => ({ id: user.id, type: 1, allow, deny });

async function ask(person: Person, channel: string): Promise<string> {
  return (await person.command(here, "wire", "follow", { url, channel })).message?.text ?? "";
}

const follows = async (channel: Channel): Promise<number> =>
  (await redis.channels.follows(`discord:${channel.id}`)).size;

test("who manages the other channel alone follows there, named by its id or as Discord writes a channel", async () => {
  const ada = server.person("ada", plain);
  const other = there([member(ada, permission.manageChannels)]);
  expect(await ask(ada, other.id)).toContain("what comes next is posted in #there.");
  expect(await ask(ada, `<#${other.id}>`)).toContain("#there follows");
  expect([await follows(here), await follows(other)]).toEqual([0, 1]);
});

test("who manages this channel and not the other is refused", async () => {
  const manager = server.manager();
  const other = there([member(manager, 0n, permission.manageChannels)]);
  expect(await ask(manager, other.id)).toContain("You may not change what is posted in #there");
  expect(await follows(other)).toBe(0);
});

test("a channel that the asker does not see is as none, and so is one of another server", async () => {
  const manager = server.manager();
  const hidden = there([member(manager, 0n, permission.viewChannel)]);
  for (const name of [hidden.id, "123", "#there", "", "x".repeat(200)].filter((one) => one !== ""))
    expect(await ask(manager, name)).toContain("no such channel on this server that you and I can see");
  expect(await follows(hidden)).toBe(0);
});

test("where the bot may not post, it says what it lacks", async () => {
  const manager = server.manager();
  const other = there();
  server.deny(other, permission.sendMessages | permission.readMessageHistory);
  expect(await ask(manager, other.id)).toContain("I lack Send Messages, Read Message History");
  expect(await follows(other)).toBe(0);
});

test("a category takes no messages, a forum takes posts", async () => {
  const manager = server.manager();
  expect(await ask(manager, there([], 4).id)).toContain("takes no messages");
  expect(await ask(manager, there([], channelType.forum).id)).toContain("posted in #there.");
});
