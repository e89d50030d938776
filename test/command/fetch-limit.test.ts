import { afterAll, beforeAll, expect, test } from "vitest";
import { followFeed } from "../../src/follow/follow-feed.ts";
import { never } from "../poll/polling.ts";
import { close, open, polling, real, server } from "../poll/stage.ts";
import { ImportStore } from "../../src/store/import-store.ts";
import { freshChannel, freshFeedId } from "../store/real-redis.ts";
import { numbered, rss } from "../support/rss.ts";
import { speaker } from "./speaker.ts";

beforeAll(open);
afterAll(close);

function stage() {
  const channel = freshChannel();
  const follow = { poll: polling.deps, channels: real.channels, shardCount: 1, mostFollows: 100 };
  const url = server.serve(`/${freshFeedId()}`, { body: rss([numbered(1)]) });
  const imports = new ImportStore(real.redis);
  return { channel, url, say: speaker(real, channel, { follow, imports }), follow };
}

test("the eleventh address in ten minutes is refused to one person and not to another, with when to try again", async () => {
  const { say, url } = stage();
  for (let n = 0; n < 10; n += 1) expect((await say(`follow ${url}`, { user: "ada" })).status).toBe("done");
  const { status, text } = await say(`follow ${url}`, { user: "ada" });
  expect(status).toBe("refused");
  expect(text).toMatch(/^You have had 10 addresses read .* Try again in 10 minutes\./);
  for (const line of [`address 1 ${url}`, "resume 1", `import ${url}`, `import ${url} ${url}`])
    expect((await say(line, { user: "ada" })).text).toContain("You have had 10");
  expect((await say(`follow ${url}`, { user: "grace" })).status).toBe("done");
  expect((await say("feeds", { user: "ada" })).status).toBe("done");
});

test("all in a channel together have thirty, each channel its own, and the operator has no limit", async () => {
  const { channel, say, url } = stage();
  const limits = { windowMs: 600_000, mostOfUser: 10, mostOfChannel: 30 };
  for (let n = 0; n < 30; n += 1)
    expect(await real.channels.fetches.take(channel, `person-${String(n % 5)}`, String(n), limits)).toBeNull();
  expect((await say(`follow ${url}`, { user: "ada" })).text).toMatch(/^This channel has had 30 addresses read/);
  expect((await say(`follow ${url}`)).status).toBe("done");
  const other = stage();
  expect((await other.say(`follow ${other.url}`, { user: "ada" })).status).toBe("done");
});

test("there is room again when the first request is old enough", async () => {
  const { channel } = stage();
  const { fetches } = real.channels;
  const limits = { windowMs: 300, mostOfUser: 2, mostOfChannel: 9 };
  expect(await fetches.take(channel, "ada", "1", limits)).toBeNull();
  expect(await fetches.take(channel, "ada", "2", limits)).toBeNull();
  const over = await fetches.take(channel, "ada", "3", limits);
  expect(over?.whose).toBe("user");
  expect(over?.waitMs).toBeLessThanOrEqual(300);
  await new Promise((resolve) => setTimeout(resolve, (over?.waitMs ?? 0) + 20));
  expect(await fetches.take(channel, "ada", "5", limits)).toBeNull();
});

test("help shows commands as they are typed where it is asked", async () => {
  const { say } = stage();
  expect((await say("help", { prefix: "/wire" })).text).toContain("`/wire follow <url> [channel]`");
  const one = await say("help authors", { prefix: "!wire" });
  expect(one.text).toContain("`!wire authors [feed]");
  expect(one.text).toContain("For example: `!wire authors 1 include");
  expect((await say("help")).text).toContain("`follow <url> [channel]`");
});

test("who is named like the beginning of another has a limit of their own", async () => {
  const { channel } = stage();
  const limits = { windowMs: 60_000, mostOfUser: 1, mostOfChannel: 9 };
  for (const user of ["ada2", "ada"])
    expect(await real.channels.fetches.take(channel, user, `of ${user}`, limits)).toBeNull();
});

test("what is refused asks nobody", async () => {
  const { channel, follow, say } = stage();
  for (let n = 0; n < 10; n += 1)
    await real.channels.fetches.take(channel, "ada", String(n), { windowMs: 6e5, mostOfUser: 10, mostOfChannel: 30 });
  let asked = 0;
  const url = server.on("/asked", (_request, response) => {
    asked += 1;
    response.writeHead(404).end();
  });
  await say(`follow ${url}`, { user: "ada" });
  expect(asked).toBe(0);
  await followFeed(follow, channel, url, never);
  expect(asked).toBeGreaterThan(0);
});
