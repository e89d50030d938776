import { readdirSync } from "node:fs";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createDocumentReader, type DocumentReader, type ReaderLimits } from "../../src/feed/read/document-reader.ts";
import { atomOf, feedUrl, fixture, rssOf } from "./reading.ts";
import { longDocument, slowDocument } from "./slow.ts";

const never = new AbortController().signal;
const origin = { url: feedUrl, contentType: "", whole: true };
const inThread = { inlineBytes: 0 };

const opened: DocumentReader[] = [];

afterEach(async () => {
  for (const reader of opened.splice(0)) await reader.close();
});

function open(limits: Partial<ReaderLimits>): DocumentReader {
  const reader = createDocumentReader(limits);
  opened.push(reader);
  return reader;
}

const page = `<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml" title="Feed"></head></html>`;
const documents: readonly (readonly [what: string, bytes: () => Buffer])[] = [
  ...readdirSync(new URL("../fixtures/feeds/", import.meta.url)).map((name) => [name, () => fixture(name)] as const),
  ["a page that names feeds", () => Buffer.from(page)],
  ["JSON that is no feed", () => Buffer.from(`{"a":1}`)],
  ["an answer without anything in it", () => Buffer.from(" ")],
  ["windows-1252", () => Buffer.from(rssOf("<guid>1</guid><title>caf\u00e9</title>"), "latin1")],
  ["broken markup", () => Buffer.from(atomOf("<title>a & b</title><content><p>c"))],
  ["a long document", () => longDocument(300_000)],
  [
    "a long entry",
    () => Buffer.from(rssOf(`<guid>1</guid><description>${"<![CDATA[😀 <b>w</b> ]]>".repeat(5000)}</description>`)),
  ],
];

describe("in the thread and outside it the same is read of", () => {
  const inside = createDocumentReader(inThread);
  const outside = createDocumentReader({ inlineBytes: Number.POSITIVE_INFINITY });

  afterAll(async () => inside.close());

  test.each(documents)("%s", async (_, bytes) => {
    const expected = await outside.read(bytes(), origin, never);
    expect(await inside.read(bytes(), origin, never)).toEqual(expected);
  });
});

test("html is kept as far as it is stored, and no character is cut in half", async () => {
  const outcome = await open({}).read(
    Buffer.from(rssOf(`<description>x${"😀".repeat(15_000)}</description>`)),
    origin,
    never,
  );
  const html = outcome.kind === "feed" ? (outcome.document.entries[0]?.entry.html ?? "") : "";
  expect(html).toBe(`x${"😀".repeat(9_999)}`);
});

test("a document that takes too long is given up with the reason, and the next is read in a new thread", async () => {
  const reader = open({ ...inThread, deadlineMs: 500 });
  const [slow, next] = await Promise.all([
    reader.read(slowDocument(), origin, never),
    reader.read(fixture("fields.rss.xml"), origin, never),
  ]);
  expect(slow).toEqual({ kind: "given-up", reason: "Reading the document was given up: it took longer than 0.5 s." });
  expect(next).toMatchObject({ kind: "feed" });
});

test("a document for which the memory does not suffice is given up, and the next is read in a new thread", async () => {
  const reader = open({ ...inThread, maxHeapMb: 32, deadlineMs: 60_000 });
  const [large, next] = await Promise.all([
    reader.read(slowDocument(), origin, never),
    reader.read(fixture("fields.rss.xml"), origin, never),
  ]);
  expect(large).toEqual({ kind: "given-up", reason: "Reading the document was given up: it took too much memory." });
  expect(next).toMatchObject({ kind: "feed" });
});

test("closing ends what is being read and what waits, and nothing begins afterwards", async () => {
  const reader = open({ ...inThread, deadlineMs: 600_000 });
  await reader.read(fixture("fields.rss.xml"), origin, never);
  const reads = [slowDocument(), fixture("fields.rss.xml")].map(
    async (bytes) => await reader.read(bytes, origin, never),
  );
  const settled = Promise.allSettled(reads);
  // The thread has the first document now.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await reader.close();
  const closed = { status: "rejected", reason: new Error("the reader is closed") };
  expect(await settled).toEqual([closed, closed]);
  await expect(reader.read(fixture("fields.rss.xml"), origin, never)).rejects.toThrow("closed");
});

test("who is told to stop gets no answer, at once, and the next document is read", async () => {
  const reader = open({ ...inThread, deadlineMs: 600_000 });
  const stopping = new AbortController();
  const stopped = expect(reader.read(slowDocument(), origin, stopping.signal)).rejects.toThrow("aborted");
  setTimeout(() => stopping.abort(), 100);
  expect(await reader.read(fixture("fields.rss.xml"), origin, never)).toMatchObject({ kind: "feed" });
  await stopped;
});

test("of small documents one is read in a turn of the event loop", async () => {
  const reader = open({});
  let turns = 0;
  let isReading = true;
  const count = (): void => {
    turns += 1;
    if (isReading) setImmediate(count);
  };
  setImmediate(count);
  const reads = Array.from({ length: 20 }, async () => await reader.read(fixture("fields.rss.xml"), origin, never));
  await Promise.all(reads);
  isReading = false;
  expect(turns).toBeGreaterThanOrEqual(20);
});

test.each([
  ["elements", rssOf("<guid>1</guid></item><item>".repeat(2000))],
  [
    "objects",
    `{"version":"https://jsonfeed.org/version/1.1","items":[${Array.from({ length: 3000 }, () => "{}").join(",")}]}`,
  ],
])("a small document with very many %s is not read in between", async (_, text) => {
  const reader = open({ deadlineMs: 0 });
  expect(await reader.read(Buffer.from(text), origin, never)).toMatchObject({ kind: "given-up" });
  expect(await reader.read(longDocument(60_000), origin, never)).toMatchObject({ kind: "feed" });
});

test("the bytes of a large document are moved, not copied", async () => {
  const bytes = longDocument(300_000);
  await open({}).read(bytes, origin, never);
  expect(bytes.length).toBe(0);
});

test("a view into a larger buffer leaves the rest of it to its owner", async () => {
  const all = Buffer.concat([longDocument(100_000), Buffer.alloc(400_000, "x")]);
  const bytes = all.subarray(0, all.length - 400_000);
  expect(await open({}).read(bytes, origin, never)).toMatchObject({ kind: "feed" });
  expect(all.length).toBeGreaterThan(400_000);
});
