import { afterEach, expect, test } from "vitest";
import { until } from "./wait.ts";
import { type Farm, startFarm } from "./farm.ts";
import type { FarmFeed, FeedPlan } from "./farm-feed.ts";

const plan: FeedPlan = {
  path: "/a",
  address: "127.0.0.1",
  format: "rss",
  planet: false,
  validators: "etag and date",
  initialEntries: 3,
};
const open: Farm[] = [];

async function farmOf(...plans: Partial<FeedPlan>[]): Promise<Farm> {
  const farm = await startFarm({ seed: 5, trouble: false, plans: plans.map((part) => ({ ...plan, ...part })) });
  open.push(farm);
  return farm;
}

function feedOf(farm: Farm, index = 0): FarmFeed {
  const feed = farm.feeds[index];
  if (feed === undefined) throw new Error("no such feed");
  return feed;
}

async function read(feed: FarmFeed, headers: Record<string, string> = {}) {
  const response = await fetch(feed.url, { headers });
  return {
    status: response.status,
    text: await response.text(),
    etag: response.headers.get("etag"),
    date: response.headers.get("last-modified"),
  };
}

function sequencesIn(text: string): number[] {
  return [...text.matchAll(/tag:farm\.example,2024:[^<]*\/(\d+)</g)]
    .map((match) => Number(match[1]))
    .sort((a, b) => a - b);
}

afterEach(async () => {
  for (const farm of open.splice(0)) await farm.close();
});

test.each(["rss", "atom"] as const)(
  "%s: a document is given whole, then 304 until something changes",
  async (format) => {
    const feed = feedOf(await farmOf({ format }));
    const first = await read(feed);
    expect(first.status).toBe(200);
    expect(sequencesIn(first.text)).toEqual([1, 2, 3]);
    expect((await read(feed, { "if-none-match": first.etag ?? "" })).status).toBe(304);
    feed.publish(1);
    expect((await read(feed, { "if-none-match": first.etag ?? "" })).status).toBe(200);
  },
);

test("a feed without an ETag answers 304 to its date", async () => {
  const feed = feedOf(await farmOf({ validators: "date only" }));
  const first = await read(feed);
  expect(first.etag).toBe(null);
  expect((await read(feed, { "if-modified-since": first.date ?? "" })).status).toBe(304);
});

test("entries stay until a conditional request proves that they were recorded, and roll out after it", async () => {
  const feed = feedOf(await farmOf({}));
  for (let round = 0; round < 20; round++) feed.publish(1);
  const all = await read(feed);
  expect(sequencesIn(all.text)).toHaveLength(23);
  await read(feed, { "if-none-match": all.etag ?? "" });
  feed.publish(1);
  const later = sequencesIn((await read(feed)).text);
  expect(later).toContain(24);
  expect(later.length).toBeLessThanOrEqual(12);
});

test("the farm knows which document was given whole to whom", async () => {
  const farm = await farmOf({});
  const { etag } = await read(feedOf(farm), { "user-agent": "Reader/1" });
  await read(feedOf(farm), { "user-agent": "Reader/1", "if-none-match": etag ?? "" });
  await until(1000, () => farm.traffic.summary() === "200×1 304×1");
  expect([...farm.traffic.wholeReads]).toEqual([["Reader/1 127.0.0.1/a", new Set([etag])]]);
});

test("what nobody has read yet is never dropped, changed or re-dated", async () => {
  const feed = feedOf(await farmOf({}));
  const itemsOf = (text: string): string[] => (text.match(/<item>[^]*?<\/item>/g) ?? []).sort();
  const before = itemsOf((await read(feed)).text);
  for (let round = 0; round < 30; round++) feed.disturb();
  expect(itemsOf((await read(feed)).text)).toEqual(before);
});

test("what says something else stands in the document until a conditional request proves that that was recorded, too", async () => {
  const feed = feedOf(await farmOf({}));
  const first = await read(feed);
  feed.revise();
  const [changed] = feed.published.filter(({ revision }) => revision !== "");
  expect(changed?.revision).toMatch(/^revised\dx1$/);
  await read(feed, { "if-none-match": first.etag ?? "" });
  for (let round = 0; round < 20; round += 1) feed.publish(1);
  const later = await read(feed);
  expect(later.text).toContain(changed?.revision);
  await read(feed, { "if-none-match": later.etag ?? "" });
  for (let round = 0; round < 20; round += 1) feed.publish(1);
  expect((await read(feed)).text.match(/revised/g)?.length ?? 0).toBeLessThan(2);
});

test("what is disturbed says what it said", async () => {
  const feed = feedOf(await farmOf({}));
  await read(feed, { "if-none-match": feed.version.etag ?? "" });
  for (let round = 0; round < 30; round++) feed.disturb();
  expect(feed.published.map(({ revision }) => revision)).toEqual(["", "", ""]);
});

test("dates rise with the order of publishing, at least a second apart", async () => {
  const feed = feedOf(await farmOf({ format: "atom" }));
  feed.publish(30);
  const { text } = await read(feed);
  const dates = [...text.matchAll(/\/(\d+)<\/id>[^]*?<published>([^<]+)</g)]
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map((match) => Date.parse(match[2] ?? ""));
  expect(dates).toHaveLength(33);
  expect(dates.every((date, index) => index === 0 || date - (dates[index - 1] ?? 0) >= 1000)).toBe(true);
});

test("the same seed publishes the same entries", async () => {
  const [one, two] = [feedOf(await farmOf({})), feedOf(await farmOf({}))];
  expect(one.publish(20).map(({ author, words }) => [author, words])).toEqual(
    two.publish(20).map(({ author, words }) => [author, words]),
  );
});

test("two requests at once to one host are an overlap, to two hosts they are not", async () => {
  const farm = await farmOf({ path: "/a" }, { path: "/b" }, { path: "/c", address: "127.0.0.2" });
  await Promise.all([read(feedOf(farm, 0)), read(feedOf(farm, 2))]);
  expect(farm.traffic.overlaps).toEqual([]);
  await Promise.all([read(feedOf(farm, 0)), read(feedOf(farm, 1))]);
  expect(farm.traffic.overlaps).toHaveLength(1);
  expect(farm.traffic.summary()).toBe("200×4");
});

test("with trouble, some answers fail or are cut, none after publishing has stopped", async () => {
  const farm = await startFarm({ seed: 3, trouble: true, plans: [plan] });
  open.push(farm);
  const stop = farm.publishUnpredictably();
  const outcomes = new Set<string>();
  for (let round = 0; round < 100 && outcomes.size < 5; round++) {
    for (const outcome of await outcomesOf(feedOf(farm), 20)) outcomes.add(outcome);
  }
  await stop();
  expect([...outcomes].sort()).toEqual(["200", "429", "500", "broken off", "cut"]);
  expect(new Set(await outcomesOf(feedOf(farm), 100))).toEqual(new Set(["200"]));
}, 20_000);

test("a planet shows what its members publish, under guids of its own", async () => {
  const members = { ...plan, path: "/members", copies: [plan.path] };
  const farm = await startFarm({ seed: 3, trouble: false, plans: [plan, members] });
  open.push(farm);
  const [member, planet] = farm.feeds;
  const [entry] = member?.publish(1) ?? [];
  const copy = planet?.published.at(-1);
  expect(copy).toMatchObject({ url: entry?.url, original: entry });
  const { text } = await read(planet ?? feedOf(farm));
  expect(text).toContain(`<link>${entry?.url ?? ""}</link>`);
  expect(text).toContain(`/members/${String(copy?.sequence)}</guid>`);
});

async function outcomesOf(feed: FarmFeed, count: number): Promise<readonly string[]> {
  feed.disturb();
  return await Promise.all(Array.from({ length: count }, () => outcomeOf(feed)));
}

async function outcomeOf(feed: FarmFeed): Promise<string> {
  try {
    const { status, text } = await read(feed);
    return status === 200 && !text.trimEnd().endsWith("</rss>") ? "cut" : String(status);
  } catch {
    return "broken off";
  }
}
