import { expect, test } from "vitest";
import { interact, type Interaction } from "./interaction.ts";
import type { Json } from "./json.ts";
import { api, onServer, type RawAnswer } from "./raw.ts";
import { DiscordServer } from "./server.ts";

async function on(run: (server: DiscordServer) => Promise<void>): Promise<void> {
  await onServer(
    async (server) => {
      await run(server);
      expect(server.violations).toEqual([]);
    },
    async () => await DiscordServer.start(),
  );
}

const command = (name: string, options: object[] = []): object => ({ name, description: "d", options });

test.each([
  ["101 commands", Array.from({ length: 101 }, (_, i) => command(`c${String(i)}`))],
  ["a name twice", [command("a"), command("a")]],
  ["a name in capitals", [command("Feeds")]],
  ["a name of 33", [command("x".repeat(33))]],
  ["a name with a space", [command("a b")]],
  ["no description", [{ name: "a" }]],
  ["a description of 101", [{ name: "a", description: "x".repeat(101) }]],
  [
    "26 options",
    [
      command(
        "a",
        Array.from({ length: 26 }, (_, i) => ({ ...command(`o${String(i)}`), type: 3 })),
      ),
    ],
  ],
  [
    "required behind optional",
    [
      command("a", [
        { ...command("o"), type: 3 },
        { ...command("p"), type: 3, required: true },
      ]),
    ],
  ],
  [
    "26 choices",
    [
      command("a", [
        {
          ...command("o"),
          type: 3,
          choices: Array.from({ length: 26 }, (_, i) => ({ name: `n${String(i)}`, value: "v" })),
        },
      ]),
    ],
  ],
  [
    "choices with completion",
    [command("a", [{ ...command("o"), type: 3, autocomplete: true, choices: [{ name: "n", value: "v" }] }])],
  ],
  [
    "8001 characters",
    [
      command(
        "a",
        Array.from({ length: 25 }, (_, i) => ({
          name: `s${String(i)}`,
          description: "x".repeat(100),
          type: 1,
          options: Array.from({ length: 3 }, (_, k) => ({
            name: `o${String(k)}`,
            description: "y".repeat(100),
            type: 3,
          })),
        })),
      ),
    ],
  ],
])("Interactions / Application Commands: 50035 for %s", async (_, commands) => {
  await on(async (server) => {
    const answer = await api(server, "PUT", `/applications/${server.state.world.applicationId}/commands`, commands);
    expect([answer.status, answer.body["code"]]).toEqual([400, 50035]);
  });
});

test("Bulk Overwrite replaces all; a known name keeps its id", async () => {
  await on(async (server) => {
    const path = `/applications/${server.state.world.applicationId}/commands`;
    const [first] = (await api(server, "PUT", path, [command("a"), command("b")])).list;
    const [again, ...more] = (await api(server, "PUT", path, [command("a")])).list;
    expect([again?.["id"], more]).toEqual([first?.["id"], []]);
    expect((await api(server, "GET", path)).list.map((one) => one["name"])).toEqual(["a"]);
  });
});

/** An interaction that nobody answers but the test. */
function asked(server: DiscordServer, type = 2): Interaction {
  const { user } = server.manager();
  return interact(server.state, { type, userId: user.id, channel: server.addChannel(), data: { name: "wire" } });
}

async function answer(server: DiscordServer, to: Interaction, body: object, query = ""): Promise<RawAnswer> {
  return await api(server, "POST", `/interactions/${to.id}/${to.token}/callback${query}`, body, { authorization: "" });
}

const original = (server: DiscordServer, to: Interaction): string =>
  `/webhooks/${server.state.world.applicationId}/${to.token}/messages/@original`;

test("Interactions: deferred in private, then edited; only the asker sees it", async () => {
  await on(async (server) => {
    const person = server.manager();
    const channel = server.addChannel();
    const to = interact(server.state, { type: 2, userId: person.user.id, channel, data: { name: "wire" } });
    expect((await answer(server, to, { type: 5, data: { flags: 64 } }, "?with_response=true")).status).toBe(200);
    expect(to.thinking).toBe(true);
    const edited = await api(server, "PATCH", original(server, to), {
      flags: 1 << 15,
      components: [{ type: 10, content: "done" }],
    });
    expect([edited.status, to.thinking]).toEqual([200, false]);
    expect(server.seen(channel.id)).toEqual([]);
    expect(server.seenOnlyBy(person, channel.id).map((one) => one.text)).toEqual(["done"]);
    expect((await api(server, "GET", original(server, to))).status).toBe(200);
    const said = await api(server, "POST", `/webhooks/${server.state.world.applicationId}/${to.token}`, {
      content: "all",
    });
    expect([said.status, server.seen(channel.id).map((one) => one.text)]).toEqual([200, ["all"]]);
    expect((await api(server, "DELETE", original(server, to))).status).toBe(204);
    expect(server.seenOnlyBy(person, channel.id)).toEqual([]);
  });
});

test("a second answer is refused (40060), one after 3 s is too (10062)", async () => {
  await on(async (server) => {
    const to = asked(server);
    await answer(server, to, { type: 4, data: { content: "first" } });
    expect((await answer(server, to, { type: 4, data: { content: "second" } })).body["code"]).toBe(40060);
    expect(server.deadlines.answerMs).toBe(3000);
    server.deadlines.answerMs = -1;
    expect((await answer(server, asked(server), { type: 4, data: { content: "x" } })).body["code"]).toBe(10062);
  });
});

test("the token ends after 15 minutes (50027), and before an answer there is no original (10015)", async () => {
  await on(async (server) => {
    const to = asked(server);
    expect((await api(server, "PATCH", original(server, to), { content: "x" })).body["code"]).toBe(10015);
    await answer(server, to, { type: 5 });
    expect(server.deadlines.tokenMs).toBe(900_000);
    server.deadlines.tokenMs = -1;
    expect((await api(server, "PATCH", original(server, to), { content: "x" })).body["code"]).toBe(50027);
  });
});

test.each([
  ["26 choices", { choices: Array.from({ length: 26 }, (_, i) => ({ name: "n", value: String(i) })) }],
  ["a name of 101", { choices: [{ name: "n".repeat(101), value: "v" }] }],
  ["a value of 101", { choices: [{ name: "n", value: "v".repeat(101) }] }],
])("Autocomplete: 50035 for %s", async (_, data) => {
  await on(async (server) => {
    expect((await answer(server, asked(server, 4), { type: 8, data })).body["code"]).toBe(50035);
  });
});

test("the kind of answer must fit the kind of question", async () => {
  await on(async (server) => {
    const misfits: [number, Json][] = [
      [2, { type: 8, data: { choices: [] } }],
      [2, { type: 7, data: { content: "x" } }],
      [4, { type: 4, data: { content: "x" } }],
    ];
    for (const [type, body] of misfits)
      expect((await answer(server, asked(server, type), body)).body["code"]).toBe(50035);
  });
});
