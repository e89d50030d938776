import { afterAll, beforeAll, expect, test } from "vitest";
import { freshChannel } from "../store/real-redis.ts";
import { type Importing, openImporting, textOf } from "../import/importing.ts";
import { numbered, rss } from "../support/rss.ts";

let importing: Importing;

beforeAll(async () => {
  importing = await openImporting();
});

afterAll(async () => importing.close());

async function following(channel = freshChannel()) {
  const server = await importing.server();
  const { url } = server.feed("feed.xml", rss([numbered(1)]));
  const say = async (line: string, more = {}): Promise<string> => textOf(await importing.run(channel, line, more));
  await say(`follow ${url}`);
  return { channel, url, say, follows: async () => (await importing.core.store.channels.follows(channel)).size };
}

test("without “yes” it says what would go, and nothing goes", async () => {
  const { say, follows } = await following();
  const text = await say("forget");
  expect(text).toContain("1 followed feed");
  expect(text).toContain("forget yes");
  expect(await follows()).toBe(1);
});

test("with “yes” all of it goes, and a follow begins anew with the defaults of Planetwire", async () => {
  const { url, say, follows } = await following();
  await say("defaults compact");
  await say("filter exclude kernel");
  expect(await say("forget yes")).toContain("is removed");
  expect(await follows()).toBe(0);
  expect(await say("forget")).toContain("Nothing is kept");
  expect(await say(`follow ${url}`)).toContain("Following");
  expect(await say("filter")).not.toContain("kernel");
  expect(await say("defaults")).toContain("in full");
});

test("what the console's adapter remembers of the channel goes, and its transcript stays", async () => {
  const { say } = await following("console:forgotten");
  const memory = importing.core.store.adapter("console");
  await memory.set("mark console:forgotten", "{}");
  await memory.set("mark console:other", "{}");
  expect(await say("forget yes")).toContain("transcript, a file, stays");
  expect(await memory.get("mark console:forgotten")).toBeNull();
  expect(await memory.get("mark console:other")).toBe("{}");
});

test.each(["member", "guest"] as const)(
  "a %s may not, also where members may change what is followed",
  async (role) => {
    const { say, follows } = await following();
    await say("settings members");
    for (const line of ["forget", "forget yes"]) expect(await say(line, { role })).toMatch(/^(Only|Guests)/);
    expect(await follows()).toBe(1);
  },
);

test("while a channel is being forgotten nobody follows anything there, and is told why", async () => {
  const { channel, url, say } = await following();
  const { channels } = importing.core.store;
  await channels.forgets.mark(channel);
  expect(await say(`follow ${url}`)).toContain("just being forgotten");
  expect(await say("forget yes")).toContain("is removed");
  expect(await say(`follow ${url}`)).toContain("Following");
});
