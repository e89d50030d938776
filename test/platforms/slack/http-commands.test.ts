import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Bot } from "../../support/processes.ts";
import { rss } from "../../support/rss.ts";
import { HttpMode, signature } from "./http-mode.ts";
import { fieldsOf, textOf } from "./json.ts";
import { followed, openModal, openScene, privateAnswer, type Scene, someEntries } from "./scene.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let scene: Scene;
let bot: Bot;
let url: string;

beforeAll(async () => {
  scene = await openScene("http");
  url = `http://127.0.0.1:${scene.world.settings["HTTP_PORT"] ?? ""}/slack/events`;
  bot = await scene.startBot();
});

afterAll(async () => scene.close());

async function text(name: string, channel: string, line: string): Promise<string> {
  return privateAnswer(await scene.server.people.type(name, channel, `/wire ${line}`)).seen.text;
}

test("commands over HTTP are acknowledged and answered", async () => {
  const { channel } = await followed(scene, someEntries(3));
  expect(await text("mia", channel, "feeds")).toContain("Test planet");
  expect(await text("mia", channel, "pause")).toMatch(/^✘ .*manage/);
  expect(await text("carl", channel, "authors 1 exclude Ada Quill")).not.toMatch(/^✘/);
});

test("forms with completion, and pages after a kill, over HTTP", async () => {
  const { channel } = await followed(scene, someEntries(30, { title: `Long ${"title ".repeat(30)}` }));
  const { people } = scene.server;
  const view = openModal(await people.type("carl", channel, "/wire authors"));
  const [feed] = await people.suggest("carl", view, "option_feed", "test");
  expect(textOf(fieldsOf(feed ?? {}, "text"), "text")).toBe("1 Test planet");
  const filled = { option_feed: "1", option_action: "include", option_names: "Grace Hopper" };
  expect(privateAnswer(await people.submit("carl", view, filled)).seen.text).toContain("Grace Hopper");
  const first = privateAnswer(await people.type("mia", channel, "/wire latest 1 25"));
  bot.signal("SIGKILL");
  await bot.ended;
  bot = await scene.startBot();
  expect(privateAnswer(await people.press("mia", channel, first.id, "Next ›")).seen.text).toContain("Page 2 of ");
});

async function raw(headers: Record<string, string>, body: string): Promise<number> {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return (await fetch(url, { method: "POST", headers: { ...type, ...headers }, body })).status;
}

test("what is not signed by Slack, signed wrongly, or old is refused (authentication/verifying-requests-from-slack)", async () => {
  const { signingSecret } = scene.server.slack;
  const body = new URLSearchParams({ command: "/wire", text: "pause", trigger_id: "1" }).toString();
  const nowS = Math.floor(Date.now() / 1000);
  const signed = (secret: string, at: number): Record<string, string> => ({
    "x-slack-request-timestamp": String(at),
    "x-slack-signature": signature(secret, at, body),
  });
  expect(await raw({}, body)).toBe(401);
  expect(await raw(signed("another secret", nowS), body)).toBe(401);
  expect(await raw(signed(signingSecret, nowS - 301), body)).toBe(401);
  expect(await raw({ ...signed(signingSecret, nowS), "x-slack-request-timestamp": String(nowS - 1) }, body)).toBe(401);
  expect((await fetch(url)).status).toBe(405);
});

test("Slack's check of the address is answered (events-api, url_verification)", async () => {
  const http = new HttpMode(scene.server.slack.signingSecret, url);
  const body = JSON.stringify({ type: "url_verification", challenge: "prove it" });
  const outcome = await http.sendRaw(body, { "content-type": "application/json" });
  expect(outcome).toMatchObject({ kind: "acknowledged", payload: { challenge: "prove it" } });
});

test("posts arrive in HTTP mode too", async () => {
  const { channel, feed } = await followed(scene, someEntries(1));
  feed.publish(rss(someEntries(2)));
  await expect
    .poll(() => scene.server.people.seen(channel).map((one) => one.text), { timeout: 20_000 })
    .toHaveLength(1);
  expect(scene.server.people.seen(channel)[0]?.text).toContain("Kernel news 2");
});
