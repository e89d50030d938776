import { expect, test } from "vitest";
import { fieldsOf, textOf } from "./json.ts";
import { outcome, postJson, RawSocket, serverForTests } from "./raw.ts";

const here = serverForTests();
const plain = (text: string): object => ({ type: "plain_text", text });
const view = {
  type: "modal",
  callback_id: "form",
  title: plain("Form"),
  submit: plain("Go"),
  private_metadata: "kept",
  blocks: [
    { type: "input", block_id: "b1", label: plain("Name"), element: { type: "plain_text_input", action_id: "name" } },
    {
      type: "input",
      block_id: "b2",
      optional: true,
      label: plain("Feed"),
      element: { type: "external_select", action_id: "feed", min_query_length: 1 },
    },
  ],
};

test("a trigger opens one modal within 3 s; its fields come back with the submission (surfaces/modals, methods/views.open)", async () => {
  const { server } = here;
  const { id } = server.slack.workspace.addChannel("room");
  const socket = await RawSocket.open(server);
  await socket.next();
  const typing = server.people.type("mia", id, "/wire follow");
  const command = await socket.next();
  socket.acknowledge(command);
  const trigger = textOf(fieldsOf(command, "payload"), "trigger_id");
  expect(await outcome(server, "views.open", { trigger_id: "made up", view })).toBe("invalid_trigger_id");
  expect(
    await outcome(server, "views.open", { trigger_id: trigger, view: { ...view, title: plain("x".repeat(30)) } }),
  ).toBe("invalid_arguments");
  expect(await outcome(server, "views.open", { trigger_id: trigger, view })).toBe("ok");
  expect(await outcome(server, "views.open", { trigger_id: trigger, view })).toBe("exchanged_trigger_id");
  const modal = await typing;
  if (modal.kind !== "modal") throw new Error(modal.kind);

  const suggesting = server.people.suggest("mia", modal.view, "feed", "pl");
  const question = await socket.next();
  expect(fieldsOf(question, "payload")).toMatchObject({
    type: "block_suggestion",
    value: "pl",
    action_id: "feed",
    block_id: "b2",
  });
  socket.acknowledge(question, { options: [{ text: plain("Planet"), value: "1" }] });
  expect(await suggesting).toEqual([{ text: plain("Planet"), value: "1" }]);

  const submitting = server.people.submit("mia", modal.view, { name: "Ada" });
  const submission = fieldsOf(
    await socket.next().then((envelope) => (socket.acknowledge(envelope), envelope)),
    "payload",
  );
  expect(submission).toMatchObject({
    type: "view_submission",
    view: { callback_id: "form", private_metadata: "kept" },
  });
  expect(fieldsOf(fieldsOf(submission, "view"), "state")).toEqual({
    values: {
      b1: { name: { type: "plain_text_input", value: "Ada" } },
      b2: { feed: { type: "external_select", selected_option: null } },
    },
  });
  await postJson(textOf(fieldsOf(command, "payload"), "response_url"), { text: "thanks" });
  expect(await submitting).toMatchObject({ kind: "private", seen: { text: "thanks" } });
  await socket.close();
});

test("a trigger is too old after 3 s (methods/views.open, errors)", async () => {
  const { slack } = here.server;
  const interaction = slack.newInteraction("U0MEMBER1", "C1");
  slack.interactions.set(interaction.id, { ...interaction, atMs: Date.now() - 3001 });
  expect(await outcome(here.server, "views.open", { trigger_id: interaction.triggerId, view })).toBe(
    "expired_trigger_id",
  );
});

test("a required field that is empty does not leave the client, and a select asks only from its least length on", async () => {
  const { slack, people } = here.server;
  const open = { id: "V1", user: "U0MEMBER1", view, hash: "h", isOpen: true, interaction: "i" };
  slack.views.set("V1", open);
  await expect(people.submit("mia", open, {})).rejects.toThrow("fill in");
  await expect(people.suggest("mia", open, "feed", "")).rejects.toThrow("too little");
});

test("a pressed button carries its value, and the private message can be replaced (interaction-payloads/block_actions-payload)", async () => {
  const { server } = here;
  const { id } = server.slack.workspace.addChannel("room");
  const socket = await RawSocket.open(server);
  await socket.next();
  const typing = server.people.type("mia", id, "/wire");
  const elements = [{ type: "button", action_id: "next", text: plain("Next"), value: "page 2" }];
  socket.acknowledge(await socket.next(), { text: "page 1", blocks: [{ type: "actions", block_id: "b", elements }] });
  const page = await typing;
  if (page.kind !== "private") throw new Error(page.kind);
  const pressing = server.people.press("mia", id, page.id, "Next");
  const envelope = await socket.next();
  socket.acknowledge(envelope);
  const payload = fieldsOf(envelope, "payload");
  expect(payload).toMatchObject({
    type: "block_actions",
    container: { is_ephemeral: true, message_ts: page.id },
    actions: [{ action_id: "next", value: "page 2" }],
  });
  await postJson(textOf(payload, "response_url"), { text: "page 2", replace_original: true });
  expect(await pressing).toMatchObject({ kind: "replaced", seen: { text: "page 2" } });
  expect(server.slack.answers.visibleTo("U0MEMBER1", id)).toHaveLength(1);
  await socket.close();
});
