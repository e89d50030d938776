import { expect, test } from "vitest";
import { feedServer, fetchDocument, fetchOnce } from "./fetching.ts";

const VALIDATORS = { etag: '"old"', lastModified: null };

test.each([301, 302, 303, 307, 308])("a %i redirect is followed", async (status) => {
  const server = await feedServer();
  const url = server.serve("/new", { body: "<rss/>", etag: '"e"' });
  const document = await fetchDocument(server.redirect("/old", status, "/new"));
  expect(document).toMatchObject({ url, whole: true });
  expect(document.movedTo).toBe(status === 301 || status === 308 ? url : null);
});

test("only a chain that is permanent throughout has moved the feed", async () => {
  const server = await feedServer();
  const end = server.serve("/end", { body: "<rss/>" });
  server.redirect("/b", 308, "/end");
  const permanent = server.redirect("/a", 301, "b");
  expect((await fetchDocument(permanent)).movedTo).toBe(end);
  server.redirect("/c", 302, "/b");
  const mixed = server.redirect("/d", 301, `${server.origin}/c`);
  expect(await fetchDocument(mixed)).toMatchObject({ movedTo: null, url: end });
});

test("validators are sent to the asked URL alone and none are taken from elsewhere", async () => {
  const server = await feedServer();
  server.serve("/new", { body: "<rss/>", etag: '"old"', lastModified: "x" });
  const url = server.redirect("/old", 301, "/new");
  const document = await fetchDocument(url, { validators: VALIDATORS });
  expect(document.validators).toEqual({ etag: null, lastModified: null });
  expect(server.requests.map(({ headers }) => headers["if-none-match"])).toEqual(['"old"', undefined]);
});

test("no hop learns where the request came from", async () => {
  const server = await feedServer();
  server.serve("/new", { body: "<rss/>" });
  const url = server.on("/old", (_request, response) => {
    response.writeHead(302, { location: "/new", "set-cookie": "a=b" }).end();
  });
  await fetchDocument(url);
  const seen = server.requests[1]?.headers ?? {};
  expect(seen).not.toHaveProperty("referer");
  expect(seen).not.toHaveProperty("cookie");
  expect(seen).not.toHaveProperty("authorization");
});

test("a raw UTF-8 location is understood", async () => {
  const server = await feedServer();
  server.serve("/gr%C3%BC%C3%9Fe", { body: "<rss/>" });
  const location = Buffer.from("/grüße").toString("latin1");
  expect((await fetchDocument(server.redirect("/old", 301, location))).whole).toBe(true);
});

test("five redirects are followed, the sixth is refused", async () => {
  const server = await feedServer();
  server.serve("/0", { body: "<rss/>" });
  const [, , , , , five = "", six = ""] = Array.from({ length: 7 }, (_, n) => {
    return n === 0 ? "" : server.redirect(`/${n}`, 301, `/${n - 1}`);
  });
  expect((await fetchOnce(five)).kind).toBe("modified");
  expect((await fetchOnce(six)).kind).toBe("refused");
  expect(server.requests).toHaveLength(6 + 6);
});

test("a circle of redirects is left when it closes", async () => {
  const server = await feedServer();
  server.redirect("/b", 302, "/a#once-more");
  const url = server.redirect("/a", 302, "/b");
  expect(await fetchOnce(url)).toMatchObject({ kind: "refused", status: null });
  expect(server.requests).toHaveLength(2);
});

test.each([
  ["file:///etc/passwd", "scheme"],
  ["ftp://127.0.0.1/feed", "scheme"],
  ["gopher://127.0.0.1:70/", "scheme"],
  ["data:text/xml,<rss/>", "scheme"],
  ["http://user:secret@127.0.0.1/", "credentials"],
  ["http://[", "no URL"],
  [`/${"x".repeat(3000)}`, "length"],
])("a redirect to %s is refused (%s)", async (location) => {
  const server = await feedServer();
  const outcome = await fetchOnce(server.redirect("/old", 301, location));
  expect(outcome).toMatchObject({ kind: "refused", status: null });
  expect(JSON.stringify(outcome)).not.toContain("secret");
  expect(server.requests).toHaveLength(1);
});

test.each([
  [301, { kind: "gone", status: 410 }],
  [302, { kind: "refused", status: 410 }],
])("a %i redirect to a page that is gone is %j", async (status, expected) => {
  const server = await feedServer();
  server.on("/gone", (_request, response) => response.writeHead(410).end());
  expect(await fetchOnce(server.redirect("/old", status, "/gone"))).toMatchObject(expected);
});
