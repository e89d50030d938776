import { afterAll, beforeAll, expect, test } from "vitest";
import { numbered, rss } from "../../support/rss.ts";
import { channelObject } from "./objects.ts";
import type { Person } from "./person.ts";
import { close, feeds, open, redis, server } from "./live.ts";
import { permission } from "./permissions.ts";
import { type Channel, channelType, type Overwrite } from "./world.ts";

let here: Channel;
let url: string;

beforeAll(async () => {
  await open();
  here = server.addChannel({ name: "here" });
  ({ url } = feeds.feed("kernel.xml", rss([numbered(1)])));
}, 60_000);

afterAll(close);

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
