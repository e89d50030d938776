import { expect, test } from "vitest";
import { feedServer, fetchDocument, fetchOnce } from "./fetching.ts";

test("a document is read over TLS, and a permanent move to it is one", async () => {
  const [plain, secure] = [await feedServer(), await feedServer("good")];
  const url = secure.serve("/feed", { body: "<rss/>" });
  expect(await fetchDocument(plain.redirect("/old", 301, url))).toMatchObject({ url, movedTo: url });
});

test.each([
  ["expired", "its certificate has expired"],
  ["not-yet-valid", "its certificate is not valid yet"],
  ["wrong-host", "its certificate is for another host"],
  ["self-signed", "signed by itself"],
  ["unknown-issuer", "nobody we trust has signed its certificate"],
])("a certificate that is %s is refused in words", async (name, words) => {
  const server = await feedServer(name);
  const outcome = await fetchOnce(server.serve("/feed", { body: "<rss/>" }));
  expect(outcome).toMatchObject({ kind: "refused", status: null });
  expect(outcome).toHaveProperty("reason", expect.stringContaining(`${server.host}: the secure connection failed: `));
  expect(outcome).toHaveProperty("reason", expect.stringContaining(words));
  expect(server.requests).toEqual([]);
});

test("a plain server where TLS was asked for is named as that", async () => {
  const server = await feedServer();
  const outcome = await fetchOnce(`https://${server.host}/feed`);
  expect(outcome).toMatchObject({ kind: "refused", status: null });
  expect(outcome).toHaveProperty("reason", expect.stringContaining("does not speak TLS"));
});
