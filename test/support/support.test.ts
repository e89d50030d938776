import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startFeedServer } from "./feed-server.ts";
import { openTranscript } from "./transcript.ts";

async function get(
  url: string,
  etag = "",
): Promise<{ readonly status: number; readonly etag: string; readonly body: string }> {
  const response = await fetch(url, { headers: { "if-none-match": etag } });
  return {
    status: response.status,
    etag: response.headers.get("etag") ?? "",
    body: await response.text(),
  };
}

test("a served feed shows the next document only to a reader that confirms the one before", async () => {
  const server = await startFeedServer();
  onTestFinished(() => server.close());
  const feed = server.feed("a", "one");
  feed.publish("two");
  const one = await get(feed.url);
  expect(await get(feed.url)).toEqual(one);
  const two = await get(feed.url, one.etag);
  expect([one.body, two.body]).toEqual(["one", "two"]);
  const confirmed = feed.lastConfirmed();
  expect(await get(feed.url, two.etag)).toMatchObject({ status: 304, body: "" });
  await confirmed;
  expect(feed.unconfirmed).toEqual([]);
});

test("a served feed moves on from a reader that never confirms, and says so", async () => {
  const server = await startFeedServer();
  onTestFinished(() => server.close());
  const feed = server.feed("a", "one");
  feed.publish("two");
  const bodies = [];
  for (let n = 0; n < 11; n++) bodies.push((await get(feed.url)).body);
  expect(bodies).toEqual([...Array.from({ length: 10 }, () => "one"), "two"]);
  expect(feed.unconfirmed).toEqual([0]);
});

test("requests that overlap are counted as such", async () => {
  const server = await startFeedServer(20);
  onTestFinished(() => server.close());
  const { url } = server.feed("a", "one");
  await get(url);
  expect(server.openMax()).toBe(1);
  await Promise.all([get(url), get(url)]);
  expect(server.openMax()).toBe(2);
});

test("a transcript is read up to its last whole line", async () => {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-test-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const transcript = openTranscript(directory, "a");
  expect(await transcript.messages()).toEqual([]);
  await mkdir(join(directory, "console"));
  const path = join(directory, "console", "a.log");
  await appendFile(
    path,
    `{"kind":"digest","entries":[{"title":"x"},{"title":"y"}]}\n{"kind":"notice","entries":[]}\n{"kind":"po`,
  );
  expect((await transcript.entries()).map(({ title }) => title)).toEqual(["x", "y"]);
  await appendFile(path, `st","entries":[{"title":"z"}]}\n`);
  expect((await transcript.entriesUntil("z")).map(({ title }) => title)).toEqual(["x", "y", "z"]);
});
