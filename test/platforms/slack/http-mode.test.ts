import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portOf } from "../../chaos/port.ts";
import { postJson, serverForTests } from "./raw.ts";
import { readBody } from "./web-api.ts";

const here = serverForTests();
const received: { body: string; headers: IncomingMessage["headers"] }[] = [];
let answer: { status: number; body: string; delayMs: number } = { status: 200, body: "", delayMs: 0 };

const app = createServer((request, response) => {
  void readBody(request).then((body) => {
    received.push({ body, headers: request.headers });
    return setTimeout(() => response.writeHead(answer.status).end(answer.body), answer.delayMs);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  here.server.useHttp(`http://127.0.0.1:${String(portOf(app))}/slack/events`);
});

afterAll(() => {
  app.close();
  app.closeAllConnections();
});

test("requests are signed over version, timestamp and raw body (authentication/verifying-requests-from-slack)", async () => {
  const { server } = here;
  const { id } = server.slack.workspace.addChannel("room");
  answer = { status: 200, body: JSON.stringify({ text: "hi" }), delayMs: 0 };
  expect(await server.people.type("mia", id, "/wire feeds")).toMatchObject({ kind: "private", seen: { text: "hi" } });
  const { body, headers } = received.at(-1) ?? { body: "", headers: {} };
  const timestamp = String(headers["x-slack-request-timestamp"]);
  const base = `v0:${timestamp}:${body}`;
  const expected = createHmac("sha256", server.slack.signingSecret).update(base).digest("hex");
  expect(headers["x-slack-signature"]).toBe(`v0=${expected}`);
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(new URLSearchParams(body).get("text")).toBe("feeds");
});

test("an answer that is no 200 fails for the person", async () => {
  const { id } = here.server.slack.workspace.addChannel("room");
  answer = { status: 500, body: "", delayMs: 0 };
  expect(await here.server.people.type("mia", id, "/wire")).toEqual({ kind: "error", code: "dispatch_failed" });
});

test("an answer after 3 s is too late (interactivity/implementing-slash-commands)", async () => {
  const { id } = here.server.slack.workspace.addChannel("room");
  answer = { status: 200, body: "", delayMs: 3300 };
  expect(await here.server.people.type("mia", id, "/wire")).toEqual({ kind: "error", code: "operation_timeout" });
});

test("a response_url takes five messages in half an hour, private unless told otherwise (interactivity/handling-user-interaction)", async () => {
  const { server } = here;
  const { id } = server.slack.workspace.addChannel("room");
  answer = { status: 200, body: JSON.stringify({ text: "first" }), delayMs: 0 };
  await server.people.type("mia", id, "/wire");
  const url = new URLSearchParams(received.at(-1)?.body).get("response_url") ?? "";
  expect(await postJson(url, { text: "" })).toMatchObject({ status: 400, body: { error: "no_text" } });
  const statuses = [];
  for (let i = 0; i < 6; i++) statuses.push((await postJson(url, { text: `answer ${String(i)}` })).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
  expect(server.slack.answers.visibleTo("U0MEMBER1", id)).toHaveLength(6);
  expect(server.slack.answers.visibleTo("U0OWNER01", id)).toEqual([]);
  expect(server.people.seen(id)).toEqual([]);
});
