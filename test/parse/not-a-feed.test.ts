import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parse } from "./reading.ts";

const page = "<!DOCTYPE html><html><head><title>Hi</title></head><body><p>Hello</p></body></html>";

test.each([
  ["an HTML page", page, "text/html; charset=utf-8", "This is an HTML page (text/html, 83 bytes), not a feed."],
  [
    "a login",
    `<html><form><input type="password"></form></html>`,
    "",
    "This is an HTML page that asks for a login (49 bytes), not a feed.",
  ],
  ["nothing", "", "application/rss+xml", "The answer is empty."],
  ["white space", " \n ", "", "The answer is empty."],
  [
    "JSON",
    `{"error":"no"}`,
    "application/json",
    "This is JSON, but no JSON Feed (application/json, 14 bytes), not a feed.",
  ],
  [
    "JSON with items of something else",
    `{"title":"Stock","items":[{"id":"1"},{"id":"2"}]}`,
    "",
    "This is JSON, but no JSON Feed (49 bytes), not a feed.",
  ],
  [
    "an HTML page without a tag of that name",
    "<!DOCTYPE html><title>x</title><rss>",
    "",
    "This is an HTML page (36 bytes), not a feed.",
  ],
  [
    "a list of feeds",
    `<opml version="2.0"><body/></opml>`,
    "",
    "This is a list of feeds (OPML) (34 bytes), not a feed.",
  ],
  [
    "other XML",
    `<?xml version="1.0"?><catalogue/>`,
    "text/xml",
    "This is an XML document of another kind (<catalogue>) (text/xml, 33 bytes), not a feed.",
  ],
  ["text", "no feed here", "text/plain", "This is text without any feed in it (text/plain, 12 bytes), not a feed."],
])("says what %s is", async (_, document, contentType, reason) => {
  expect(await parse(document, contentType)).toMatchObject({ kind: "not-a-feed", reason });
});

test("says that compressed data is compressed", async () => {
  const outcome = await parse(gzipSync(Buffer.from(page)));
  expect(outcome).toMatchObject({ reason: expect.stringContaining("compressed data (gzip)") });
});

test("hands over a page's text for discovery, and nothing else's", async () => {
  expect(await parse(page)).toMatchObject({ html: page });
  expect(await parse("<opml/>")).toMatchObject({ html: null });
});

test("is no page only because the server calls a feed HTML", async () => {
  expect(await parse("<rss version='2.0'><channel/></rss>", "text/html")).toMatchObject({ kind: "feed" });
});
