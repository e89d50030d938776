import { expect, test } from "vitest";
import { fieldsOf, textOf } from "./json.ts";
import { call, handshake, postJson, RawSocket, serverForTests } from "./raw.ts";

const here = serverForTests();

function room(): string {
  return here.server.slack.workspace.addChannel("room").id;
}

test("hello comes first and says how many connections there are (events-api/using-socket-mode)", async () => {
  const one = await RawSocket.open(here.server);
  expect(await one.next()).toMatchObject({ type: "hello", num_connections: 1, connection_info: {} });
  const two = await RawSocket.open(here.server);
  expect(await two.next()).toMatchObject({ type: "hello", num_connections: 2 });
  await one.ping();
  await one.close();
  await two.close();
});

test("a ticket opens one connection, once (events-api/using-socket-mode)", async () => {
  const { server } = here;
  const { body } = await call(server, "apps.connections.open", {}, server.slack.appToken);
  const url = textOf(body, "url");
  expect(await handshake(url.replace(/ticket=\w+/, "ticket=made-up"))).toBe("refused");
  expect(await handshake(url)).toBe("open");
  expect(await handshake(url)).toBe("refused");
});

test("a command is an envelope that is acknowledged, and answered by its response_url (interactivity/implementing-slash-commands)", async () => {
  const socket = await RawSocket.open(here.server);
  await socket.next();
  const answering = here.server.people.type("mia", room(), "/wire feeds now");
  const envelope = await socket.next();
  expect(envelope).toMatchObject({ type: "slash_commands", accepts_response_payload: true });
  const payload = fieldsOf(envelope, "payload");
  expect(payload).toMatchObject({ command: "/wire", text: "feeds now", user_id: "U0MEMBER1", team_id: "T0PLANET1" });
  socket.acknowledge(envelope);
  await postJson(textOf(payload, "response_url"), { text: "hello" });
  expect(await answering).toMatchObject({ kind: "private", seen: { text: "hello" } });
  await socket.close();
});

test("an acknowledgement may carry the answer", async () => {
  const socket = await RawSocket.open(here.server);
  await socket.next();
  const answering = here.server.people.type("mia", room(), "/wire");
  socket.acknowledge(await socket.next(), { text: "at once", response_type: "in_channel" });
  expect(await answering).toMatchObject({ kind: "public", seen: { text: "at once" } });
  await socket.close();
});

test("after 3 s without acknowledgement the person sees operation_timeout, and a late one is refused", async () => {
  const { socketMode } = here.server;
  const socket = await RawSocket.open(here.server);
  await socket.next();
  socketMode.acknowledgeMs = 50;
  expect(await here.server.people.type("mia", room(), "/wire")).toEqual({ kind: "error", code: "operation_timeout" });
  const envelope = await socket.next();
  const before = socketMode.refusedAcknowledgements.length;
  socket.acknowledge(envelope);
  await expect.poll(() => socketMode.refusedAcknowledgements.length).toBe(before + 1);
  socketMode.acknowledgeMs = 3000;
  await socket.close();
});

test("with nobody connected the person sees dispatch_failed", async () => {
  await here.server.socketMode.connected(0, 2000);
  expect(await here.server.people.type("mia", room(), "/wire")).toEqual({ kind: "error", code: "dispatch_failed" });
});

test("what is not a command of the manifest does not reach the app", async () => {
  expect(await here.server.people.type("mia", room(), "/other")).toMatchObject({ kind: "error" });
});

test("of several connections any one gets an envelope (events-api/using-socket-mode)", async () => {
  const sockets = [await RawSocket.open(here.server), await RawSocket.open(here.server)];
  for (const socket of sockets) await socket.next();
  const answers = [here.server.people.type("mia", room(), "/wire"), here.server.people.type("mia", room(), "/wire")];
  for (const socket of sockets) socket.acknowledge(await socket.next(), { text: "mine" });
  expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(["private", "private"]);
  for (const socket of sockets) await socket.close();
});

test("an event that is not acknowledged comes again, with its number (apis/events-api, retries)", async () => {
  const { server } = here;
  const socket = await RawSocket.open(server);
  await socket.next();
  server.socketMode.acknowledgeMs = 50;
  const done = server.people.removeBot(room());
  const first = await socket.next();
  expect(first).toMatchObject({
    type: "events_api",
    retry_attempt: 0,
    payload: { event: { type: "member_left_channel" } },
  });
  const second = await socket.next();
  expect(second).toMatchObject({ retry_attempt: 1 });
  expect(fieldsOf(second, "payload")["event_id"]).toBe(fieldsOf(first, "payload")["event_id"]);
  server.socketMode.acknowledgeMs = 3000;
  socket.acknowledge(second);
  await done;
  await socket.close();
});

test("before it ends a connection is warned (events-api/using-socket-mode, disconnect)", async () => {
  const socket = await RawSocket.open(here.server);
  await socket.next();
  here.server.socketMode.requestDisconnect("warning");
  expect(await socket.next()).toMatchObject({ type: "disconnect", reason: "warning" });
  await socket.close();
});
