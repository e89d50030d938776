import { afterAll, beforeAll, expect, test } from "vitest";
import { opmlOf } from "../../import/importing.ts";
import { startFeedServer } from "../../support/feed-server.ts";
import { numbered, rss } from "../../support/rss.ts";
import { close, feeds, open, server } from "./live.ts";
import { permission } from "./permissions.ts";
import type { Person } from "./person.ts";
import type { Channel } from "./world.ts";

let manager: Person;

beforeAll(async () => {
  await open();
  manager = server.manager();
});

afterAll(async () => {
  await close();
  expect(server.violations).toEqual([]);
});

function list(count: number): { opml: string; urls: string[] } {
  const urls = Array.from({ length: count }, (_, i) => feeds.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
  return { opml: opmlOf(urls), urls };
}

/** What the person's answer says once it fits. */
async function saysAtLast(person: Person, channel: Channel, words: RegExp): Promise<string> {
  const found = await server.soon(
    () => server.seenOnlyBy(person, channel.id).find(({ text }) => words.test(text))?.text ?? null,
    30_000,
  );
  if (found !== null) return found;
  const said = server.seenOnlyBy(person, channel.id).map(({ text }) => text);
  throw new Error(`not within 30 s, but: ${said.join("\n")}`);
}

test("an attached file is imported; the answer goes on until the result, and nothing is said to the others", async () => {
  const channel = server.addChannel();
  const { opml } = list(30);
  const { message } = await manager.command(channel, "wire", "import", { file: manager.upload("mine.opml", opml) });
  expect(message?.text).toContain("Importing 30 feeds from mine.opml");
  expect(await saysAtLast(manager, channel, /Imported from/)).toContain("Imported from mine.opml: 30 followed.");
  expect(server.seenOnlyBy(manager, channel.id)).toHaveLength(1);
  expect(server.seen(channel.id)).toEqual([]);
}, 60_000);

test("a long result has pages that can be turned", async () => {
  const channel = server.addChannel();
  const { opml } = list(60);
  await manager.command(channel, "wire", "import", { file: manager.upload("mine.opml", opml) });
  expect(await saysAtLast(manager, channel, /Imported from/)).toContain("page 1 of");
  const [answer] = server.seenOnlyBy(manager, channel.id);
  const { message } = await manager.press(channel, answer?.id ?? "", "Next");
  expect(message?.text).toContain("page 2 of");
}, 60_000);

test("an export is a file that the asker alone gets, and it brings the same feeds with their rules elsewhere", async () => {
  const [from, to] = [server.addChannel(), server.addChannel()];
  const { opml } = list(3);
  await manager.command(from, "wire", "import", { file: manager.upload("mine.opml", opml) });
  await saysAtLast(manager, from, /Imported from/);
  await manager.command(from, "wire", "filter", { feed: "2", action: "include", words: "kernel" });
  const { message } = await manager.command(from, "wire", "export");
  expect(message?.isPrivate).toBe(true);
  expect(message?.files.map(({ name }) => name)).toEqual([expect.stringMatching(/^planetwire-.*\.opml$/)]);
  const [file] = message?.files ?? [];
  await manager.command(to, "wire", "import", { file: manager.upload(file?.name ?? "", file?.text ?? "") });
  await saysAtLast(manager, to, /3 followed/);
  const { message: rules } = await manager.command(to, "wire", "filter", { feed: "2" });
  expect(rules?.text).toContain("kernel");
}, 60_000);

test.each([
  ["too large", () => " ".repeat(2 * 1024 * 1024 + 1), "larger than 2 MB"],
  ["a picture", () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), "neither OPML nor a list"],
  ["a page", () => "<!doctype html><p>hello", "It is a web page"],
  ["empty", () => "", "It is empty"],
])("a file that is %s is refused with the reason", async (_, content, words) => {
  const channel = server.addChannel();
  const { message } = await manager.command(channel, "wire", "import", { file: manager.upload("x", content()) });
  expect(message?.text).toContain(words);
});

test("a file that Discord no longer has, and somebody without the right", async () => {
  const channel = server.addChannel();
  const member = server.person("member", permission.viewChannel | permission.sendMessages);
  const { opml } = list(1);
  const refused = await member.command(channel, "wire", "import", { file: member.upload("mine.opml", opml) });
  expect(refused.message?.text).toContain("Only those who manage this channel may do that");
  const file = manager.upload("mine.opml", opml);
  const interaction = manager.send(channel, "wire", "import", { file });
  server.state.world.attachments.delete(file);
  const { message } = await manager.answerTo(interaction);
  expect(message?.text).toContain("the platform answered 404");
});

test("once Discord takes no more edits, the channel is told", async () => {
  const channel = server.addChannel();
  const slow = await startFeedServer(300);
  try {
    const urls = Array.from({ length: 12 }, (_, i) => slow.feed(`${String(i)}.xml`, rss([numbered(i)])).url);
    const file = manager.upload("mine.opml", opmlOf(urls));
    const { interaction } = await manager.command(channel, "wire", "import", { file });
    server.state.interactions.delete(interaction.token);
    const told = await server.until(() => server.seen(channel.id)[0]?.text ?? null, 60_000);
    expect(told).toContain("The import is done: 12 followed.");
    expect(server.seen(channel.id)).toHaveLength(1);
  } finally {
    await slow.close();
  }
}, 90_000);
