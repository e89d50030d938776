import { once, EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import Parser from "rss-parser";
import { expect, onTestFinished, test } from "vitest";
import { startPlanet } from "../../src/demo/planet-server.ts";
import type { Step } from "../../src/demo/planet/timetable.ts";

interface Watched {
  readonly url: string;
  readonly steps: readonly Step[];
  /** Resolves when that many beats are over. */
  readonly beaten: (count: number) => Promise<void>;
}

async function planetFor(everyMs: number): Promise<Watched> {
  const steps: Step[] = [];
  const beat = new EventEmitter();
  const planet = await startPlanet({
    everyMs,
    onBeat: (step) => {
      steps.push(step);
      beat.emit("beat");
    },
  });
  onTestFinished(() => planet.close());
  async function beaten(count: number): Promise<void> {
    while (steps.length < count) await once(beat, "beat");
  }
  return { url: planet.url, steps, beaten };
}

async function guids(url: string): Promise<string[]> {
  const response = await fetch(`${url}rss20.xml`);
  const feed = await new Parser().parseString(await response.text());
  return feed.items.map(({ guid }) => guid ?? "");
}

test("the front page leads to both feeds", async () => {
  const { url } = await planetFor(60_000);
  const page = await (await fetch(url)).text();
  const links = [...page.matchAll(/<link rel="alternate" type="([^"]+)"[^>]* href="([^"]+)"/g)];
  expect(links.map(([, type]) => type)).toEqual(["application/rss+xml", "application/atom+xml"]);
  for (const [, type, href] of links) {
    const response = await fetch(new URL(href ?? "", url));
    expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    expect((await new Parser().parseString(await response.text())).items).toHaveLength(20);
  }
});

test("what is unchanged is answered with 304 and no body, by either validator", async () => {
  const { url } = await planetFor(60_000);
  for (const path of ["rss20.xml", "atom.xml", ""]) {
    const first = await fetch(`${url}${path}`);
    await first.text();
    const etag = first.headers.get("etag") ?? "";
    const lastModified = first.headers.get("last-modified") ?? "";
    expect(first.headers.get("cache-control")).toBe("max-age=1");
    for (const headers of [
      { "if-none-match": etag },
      { "if-none-match": `"other", W/${etag}` },
      { "if-modified-since": lastModified },
    ]) {
      const again = await fetch(`${url}${path}`, { headers });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    const other = { "if-none-match": '"other"', "if-modified-since": lastModified };
    expect((await fetch(`${url}${path}`, { headers: other })).status).toBe(200);
  }
});

test("a beat changes the document: yesterday's ETag gets the new one", async () => {
  const { url, beaten } = await planetFor(10);
  const etag = (await fetch(`${url}rss20.xml`)).headers.get("etag") ?? "";
  await beaten(1);
  const again = await fetch(`${url}rss20.xml`, { headers: { "if-none-match": etag } });
  expect(again.status).toBe(200);
  expect(again.headers.get("etag")).not.toBe(etag);
});

test("nothing new appears before the feed is first read, and soon after it does", async () => {
  const { url, steps, beaten } = await planetFor(20);
  await (await fetch(url)).text();
  await sleep(80);
  expect(steps).toEqual([]);
  const before = await guids(url);
  await beaten(1);
  expect(await guids(url)).toEqual([expect.not.stringMatching(before.join("|")), ...before]);
});

test("however slow the beat, the first new post comes within a second", async () => {
  const { url, beaten } = await planetFor(60_000);
  await guids(url);
  const read = performance.now();
  await beaten(1);
  expect(performance.now() - read).toBeLessThan(1900);
});

test("the whole timetable runs over HTTP, and a reader who looks often enough sees every post", async () => {
  const { url, steps, beaten } = await planetFor(5);
  const seen = new Set(await guids(url));
  for (let beat = 1; beat <= 40; beat += 1) {
    await beaten(beat);
    for (const guid of await guids(url)) seen.add(guid);
  }
  expect(steps.indexOf("burst")).toBeLessThan(steps.indexOf("join"));
  // 20 at first, one a beat, 11 more in the burst, 4 more with the newcomer.
  expect(seen.size).toBeGreaterThanOrEqual(20 + 40 + 11 + 4);
});

test("every link and picture of the feed leads to something the planet itself serves", async () => {
  const { url, beaten } = await planetFor(5);
  await guids(url);
  await beaten(30);
  const text = await (await fetch(`${url}rss20.xml`)).text();
  const addresses = new Set(text.match(/http:\/\/127\.0\.0\.1:\d+\/[^\s<&")]*/g));
  expect(addresses.size).toBeGreaterThan(41);
  for (const address of addresses) expect([address, (await fetch(address)).status]).toEqual([address, 200]);
});

test("a post's page says its title, and what is not there is not found", async () => {
  const { url } = await planetFor(60_000);
  const page = await (await fetch(`${url}akari/input-method-rewrite/`)).text();
  expect(page).toContain("<h1>入力メソッドを一から書き直した話</h1>");
  expect((await fetch(`${url}akari/nothing/`)).status).toBe(404);
  expect((await fetch(url, { method: "POST" })).status).toBe(405);
  const head = await fetch(`${url}rss20.xml`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("an abort closes it, and closing twice is no harm", async () => {
  const stop = new AbortController();
  const planet = await startPlanet({ everyMs: 5, signal: stop.signal });
  await guids(planet.url);
  stop.abort();
  await expect(fetch(planet.url)).rejects.toThrow();
  await planet.close();
  await planet.close();
});
