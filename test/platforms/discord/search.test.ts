import { afterAll, beforeAll, expect, test } from "vitest";
import { numbered, rss } from "../../support/rss.ts";
import { close, feeds, open, server } from "./live.ts";
import { permission } from "./permissions.ts";
import type { Channel } from "./world.ts";

let channel: Channel;

const items = Array.from({ length: 12 }, (_, i) =>
  numbered(i + 1, {
    author: i % 2 === 0 ? "Ada Quill" : "Ben Ink",
    title: `Kernel *${String(i + 1)}* @everyone`,
    content: `<p>All about the &lt;@1&gt; kernel, [x](https://evil.example) number ${String(i + 1)}.</p>`,
  }),
).toReversed();

beforeAll(async () => {
  await open();
  channel = server.addChannel();
  const feed = feeds.feed("kernel.xml", rss(items.slice(1)));
  await server.manager().command(channel, "wire", "follow", { url: feed.url });
  feed.publish(rss(items));
  await server.until(() => (server.seen(channel.id).length === 1 ? true : null), 20_000);
}, 60_000);

afterAll(close);

test("hits are links, what feeds say is text, and what was posted leads to its message", async () => {
  const person = server.manager();
  const { message } = await person.command(channel, "wire", "search", { query: "kernel" });
  expect([message?.isPrivate, message?.mentions]).toEqual([true, []]);
  expect(message?.text).toContain("12 hits, page 1 of 3");
  expect(message?.text).toContain("Kernel *12* @everyone");
  expect(message?.text).toContain("[x](https://evil.example) number 12.");
  const [posted] = server.seen(channel.id);
  const urls = message?.links.map(({ url }) => url) ?? [];
  expect(urls).toHaveLength(6);
  expect(urls).toContain(`https://discord.com/channels/${channel.guildId}/${channel.id}/${posted?.id ?? ""}`);
  expect(urls.filter((url) => url.includes("evil"))).toEqual([]);
  expect(message?.buttons.map(({ label }) => label)).toEqual(["Next", "Share"]);
});

test("pages turn in place and are shared, and the fields are remembered", async () => {
  const person = server.person("ada", permission.viewChannel | permission.sendMessages);
  const options = { query: "number", author: "Ada Quill" };
  const { message } = await person.command(channel, "wire", "search", options);
  expect(message?.text).toContain("6 hits, page 1 of 2");
  const next = (await person.press(channel, message?.id ?? "", "Next")).message;
  expect([next?.id, next?.text.includes("page 2 of 2"), next?.text.includes("Ben Ink")]).toEqual([
    message?.id,
    true,
    false,
  ]);
  await person.press(channel, message?.id ?? "", "Share");
  await server.until(() => (server.seen(channel.id).length === 2 ? true : null), 5000);
  expect(server.seen(channel.id).at(-1)?.text).toContain("page 2 of 2");
  const isShared = (): boolean => server.seenOnlyBy(person, channel.id)[0]?.buttons.at(-1)?.label === "Shared";
  await server.until(() => (isShared() ? true : null), 5000);
  const back = (await person.press(channel, message?.id ?? "", "Previous")).message;
  expect(back?.text).toContain("page 1 of 2");
});

test("nothing found, and nothing asked, get an answer", async () => {
  const person = server.manager();
  const none = (await person.command(channel, "wire", "search", { query: "nothing", since: "1d" })).message;
  expect(none?.text).toContain("fits nothing since:1d");
  expect((await person.command(channel, "wire", "search", {})).message?.text).toContain("What are you looking for?");
});

test("authors, feeds and earlier searches are offered, within a second", async () => {
  const person = server.manager();
  await person.command(channel, "wire", "search", { query: "kernel number" });
  const complete = async (option: string, typed: string): Promise<readonly string[] | undefined> =>
    (await person.complete(channel, "wire", "search", option, { [option]: typed }))?.map(({ value }) => value);
  expect(await complete("author", "quill")).toEqual(["Ada Quill"]);
  expect(await complete("feed", "")).toHaveLength(1);
  const startedMs = performance.now();
  expect((await complete("query", "kern"))?.[0]).toBe("kernel number");
  expect(performance.now() - startedMs).toBeLessThan(1500);
});

test("nothing went over the wire that Discord's description does not allow", () => {
  expect(server.violations).toEqual([]);
});
