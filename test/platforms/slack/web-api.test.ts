import { expect, test } from "vitest";
import { fieldsOf, textOf } from "./json.ts";
import { call, outcome, serverForTests } from "./raw.ts";
import { BOT, BOT_USER, TEAM } from "./workspace.ts";

const here = serverForTests();

function channel(name = "room"): string {
  return here.server.slack.workspace.addChannel(name).id;
}

test("auth.test says who the token belongs to, and the header which scopes it has (methods/auth.test)", async () => {
  const { body, headers } = await call(here.server, "auth.test");
  expect(body).toMatchObject({ ok: true, team_id: TEAM, user_id: BOT_USER, bot_id: BOT });
  expect(headers.get("x-oauth-scopes")?.split(",")).toContain("chat:write");
});

test.each([
  ["no token", "", "not_authed"],
  ["a token nobody knows", "xoxb-else", "invalid_auth"],
])("%s is refused (methods/chat.postMessage, errors)", async (_what, token, code) => {
  expect(await outcome(here.server, "auth.test", {}, token)).toBe(code);
});

test("an app-level token opens connections and nothing else (methods/apps.connections.open)", async () => {
  const { slack } = here.server;
  expect(await outcome(here.server, "auth.test", {}, slack.appToken)).toBe("not_allowed_token_type");
  expect(await outcome(here.server, "apps.connections.open", {}, slack.botToken)).toBe("not_allowed_token_type");
  const { body } = await call(here.server, "apps.connections.open", {}, slack.appToken);
  expect(textOf(body, "url")).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=/);
});

test.each(["token_revoked", "account_inactive", "invalid_auth"])(
  "a token that is over answers %s to every method (methods/chat.postMessage, errors)",
  async (code) => {
    const { slack } = here.server;
    slack.botTokenError = code;
    expect(await outcome(here.server, "chat.postMessage", { channel: channel(), text: "x" })).toBe(code);
    expect(await outcome(here.server, "users.info", { user: "U0OWNER01" })).toBe(code);
    slack.botTokenError = "";
  },
);

test("a missing scope is named, with those there are (methods/conversations.history, errors)", async () => {
  const { slack } = here.server;
  slack.scopes.delete("channels:history");
  const { body } = await call(here.server, "conversations.history", { channel: channel() });
  slack.scopes.add("channels:history");
  expect(body).toMatchObject({ ok: false, error: "missing_scope", needed: "channels:history" });
  expect(textOf(body, "provided").split(",")).toContain("chat:write");
});

test("private channels ask for the scopes of groups (methods/conversations.history)", async () => {
  const { slack } = here.server;
  const secret = slack.workspace.addChannel("secret", { isPrivate: true });
  slack.scopes.delete("groups:history");
  expect(await outcome(here.server, "conversations.history", { channel: secret.id })).toBe("missing_scope");
  slack.scopes.add("groups:history");
  expect(await outcome(here.server, "conversations.history", { channel: secret.id })).toBe("ok");
});

test("arguments come as JSON or as a form, and structures in a form as JSON text (apis/web-api)", async () => {
  const { server } = here;
  const id = channel();
  const blocks = JSON.stringify([{ type: "divider" }]);
  const form = new URLSearchParams({ token: server.slack.botToken, channel: id, text: "x", blocks });
  const response = await fetch(`${server.apiUrl}chat.postMessage`, { method: "POST", body: form });
  expect(await response.json()).toMatchObject({ ok: true });
  expect(server.slack.channel(id).messages[0]?.blocks).toEqual([{ type: "divider" }]);
});

test("a method that there is not is unknown_method", async () => {
  expect(await outcome(here.server, "chat.shout", {})).toBe("unknown_method");
});

test("channel_not_found, not_in_channel, is_archived and restricted_action (methods/chat.postMessage, errors)", async () => {
  const { slack } = here.server;
  const post = async (id: string): Promise<string> =>
    await outcome(here.server, "chat.postMessage", { channel: id, text: "x" });
  expect(await post("C0NOWHERE")).toBe("channel_not_found");
  const outside = slack.workspace.addChannel("outside", { botIsMember: false });
  expect(await post(outside.id)).toBe("not_in_channel");
  const secret = slack.workspace.addChannel("hidden", { botIsMember: false, isPrivate: true });
  expect(await post(secret.id)).toBe("channel_not_found");
  const old = slack.workspace.addChannel("old");
  old.isArchived = true;
  expect(await post(old.id)).toBe("is_archived");
  const strict = slack.workspace.addChannel("announcements");
  strict.isRestricted = true;
  expect(await post(strict.id)).toBe("restricted_action");
});

test("no_text, msg_too_long, metadata errors (methods/chat.postMessage, errors)", async () => {
  const id = channel();
  const post = async (args: object): Promise<string> =>
    await outcome(here.server, "chat.postMessage", { channel: id, ...args });
  expect(await post({ text: " " })).toBe("no_text");
  expect(await post({ text: "x".repeat(40_001) })).toBe("msg_too_long");
  expect(await post({ text: "x", metadata: "{" })).toBe("invalid_metadata_format");
  expect(await post({ text: "x", metadata: { event_payload: {} } })).toBe("invalid_metadata_schema");
  const large = { event_type: "t", event_payload: { much: "x".repeat(4000) } };
  expect(await post({ text: "x", metadata: large })).toBe("metadata_too_large");
  expect(await post({ text: "x", metadata: { event_type: "t", event_payload: { key: "k" } } })).toBe("ok");
});

test("about one message a second and channel, in short bursts; then 429 with Retry-After (apis/web-api/rate-limits)", async () => {
  const id = channel();
  const answers = [];
  for (let i = 0; i < 6; i++) answers.push(await call(here.server, "chat.postMessage", { channel: id, text: "x" }));
  expect(answers.slice(0, 5).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(answers[5]).toMatchObject({ status: 429, body: { ok: false, error: "ratelimited" } });
  expect(Number(answers[5]?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await outcome(here.server, "chat.postMessage", { channel: channel("other"), text: "x" })).toBe("ok");
});

test("an edit replaces; message_not_found, cant_update_message, edit_window_closed (methods/chat.update, errors)", async () => {
  const { slack, people } = here.server;
  const id = channel();
  const ts = textOf((await call(here.server, "chat.postMessage", { channel: id, text: "before" })).body, "ts");
  expect(await outcome(here.server, "chat.update", { channel: id, ts, text: "after" })).toBe("ok");
  expect(people.seen(id)).toMatchObject([{ text: "after", edited: true }]);
  expect(await outcome(here.server, "chat.update", { channel: id, ts: "1.000000", text: "x" })).toBe(
    "message_not_found",
  );
  slack.channel(id).messages.push({
    ts: "2.000000",
    user: "U0OWNER01",
    botId: "",
    text: "mine",
    blocks: [],
    metadata: null,
    edited: false,
    inHistoryAtMs: 0,
  });
  expect(await outcome(here.server, "chat.update", { channel: id, ts: "2.000000", text: "x" })).toBe(
    "cant_update_message",
  );
  slack.isEditWindowClosed = true;
  expect(await outcome(here.server, "chat.update", { channel: id, ts, text: "x" })).toBe("edit_window_closed");
  slack.isEditWindowClosed = false;
});

test("a deleted message is gone (methods/chat.delete)", async () => {
  const id = channel();
  const ts = textOf((await call(here.server, "chat.postMessage", { channel: id, text: "x" })).body, "ts");
  expect(await outcome(here.server, "chat.delete", { channel: id, ts })).toBe("ok");
  expect(await outcome(here.server, "chat.delete", { channel: id, ts })).toBe("message_not_found");
  expect(here.server.people.seen(id)).toEqual([]);
});

test("a channel says who made it and whether the app is in it (methods/conversations.info)", async () => {
  const { slack } = here.server;
  const outside = slack.workspace.addChannel("elsewhere", { botIsMember: false, creator: "mia" });
  const { body } = await call(here.server, "conversations.info", { channel: outside.id });
  expect(fieldsOf(body, "channel")).toMatchObject({ creator: "U0MEMBER1", is_member: false, is_private: false });
  slack.scopes.add("channels:join");
  expect(await outcome(here.server, "conversations.join", { channel: outside.id })).toBe("ok");
  expect((await call(here.server, "conversations.members", { channel: outside.id })).body["members"]).toContain(
    BOT_USER,
  );
  const secret = slack.workspace.addChannel("closed", { isPrivate: true });
  expect(await outcome(here.server, "conversations.join", { channel: secret.id })).toBe(
    "method_not_supported_for_channel_type",
  );
  slack.scopes.delete("channels:join");
});

test("a user is admin, owner, guest or from elsewhere (methods/users.info)", async () => {
  const user = async (id: string): Promise<object> =>
    fieldsOf((await call(here.server, "users.info", { user: id })).body, "user");
  expect(await user("U0OWNER01")).toMatchObject({ is_owner: true, team_id: TEAM });
  expect(await user("U0ADMIN01")).toMatchObject({ is_admin: true, is_owner: false });
  expect(await user("U0GUEST02")).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
  expect(await user("U0STRANGE")).toMatchObject({ is_stranger: true });
  expect(await outcome(here.server, "users.info", { user: "U0NOBODY1" })).toBe("user_not_found");
});
