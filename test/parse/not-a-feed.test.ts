import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parseFeed } from "../../src/feed/parse/parse.ts";
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
  [
    "a page of Cloudflare's",
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
    "text/html",
    "This is a page by which Cloudflare keeps out what is no browser (text/html, 72 bytes), not a feed.",
  ],
  [
    "a page of another guard",
    "<!doctype html><title>Making sure you&#39;re not a bot!</title>",
    "text/html",
    "This is a page that keeps out what is no browser (text/html, 63 bytes), not a feed.",
  ],
  [
    "a list of files",
    "<html><head><title>Index of /feeds</title></head></html>",
    "text/html",
    "This is a page in place of the site (text/html, 56 bytes), not a feed.",
  ],
  ["nothing", "", "application/rss+xml", "The answer is empty (application/rss+xml, 0 bytes)."],
  ["white space", " \n ", "", "The answer is empty (3 bytes)."],
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

test("names the status of an answer", async () => {
  const origin = { url: "https://x.example/", contentType: "text/html", status: 203, whole: true };
  expect(await parseFeed(Buffer.from("<html></html>"), origin)).toMatchObject({
    reason: "This is an HTML page (status 203, text/html, 13 bytes), not a feed.",
  });
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
