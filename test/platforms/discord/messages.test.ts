import { expect, test } from "vitest";
import { isJson, type Json, listOf, textOf } from "./json.ts";
import { permission } from "./permissions.ts";
import { api, onServer } from "./raw.ts";
import { DiscordServer, type ServerOptions } from "./server.ts";
import type { Channel } from "./world.ts";

/** Resources / Message. */
type Run = (server: DiscordServer, channel: Channel, path: string) => Promise<void>;

async function on(run: Run, options: ServerOptions = {}): Promise<void> {
  await onServer(
    async (server) => {
      const channel = server.addChannel();
      await run(server, channel, `/channels/${channel.id}/messages`);
      expect(server.violations).toEqual([]);
    },
    async () => await DiscordServer.start(options),
  );
}

const text = (content: string, more: object = {}): object => ({ type: 10, content, ...more });
const v2 = (...components: object[]): object => ({ flags: 1 << 15, components });
const idOf = (body: Json): string => textOf(body["id"]);

test("Create Message: answers with the message, its nonce in the answer alone", async () => {
  await on(async (server, channel, path) => {
    const made = await api(server, "POST", path, { content: "hello", nonce: "n1", enforce_nonce: true });
    expect([made.status, made.body["content"], made.body["nonce"]]).toEqual([200, "hello", "n1"]);
    const { list } = await api(server, "GET", path);
    expect(list.map((one) => [one["content"], one["nonce"]])).toEqual([["hello", undefined]]);
    expect(server.seen(channel.id).map((one) => one.text)).toEqual(["hello"]);
  });
});

test.each([
  ["content of 2001 characters", { content: "x".repeat(2001) }],
  ["nonce of 26 characters", { content: "x", nonce: "n".repeat(26) }],
  ["eleven embeds", { embeds: Array.from({ length: 11 }, () => ({ title: "t" })) }],
  ["embed title of 257", { embeds: [{ title: "x".repeat(257) }] }],
  ["embeds of 6001 together", { embeds: [{ description: "x".repeat(4096) }, { description: "x".repeat(1905) }] }],
  ["parse together with ids of that type", { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } }],
  ["an unknown type in parse", { content: "x", allowed_mentions: { parse: ["all"] } }],
  ["content with components V2", { content: "x", ...v2(text("x")) }],
  ["embeds with components V2", { embeds: [{ title: "x" }], ...v2(text("x")) }],
  ["text display without its flag", { components: [text("x")] }],
  ["an empty text display", v2(text(""))],
  ["texts of 4001 together", v2(text("x".repeat(4000)), text("x"))],
  ["41 components", v2(...Array.from({ length: 41 }, () => text("x")))],
  ["41 components, nested ones counted", v2({ type: 17, components: Array.from({ length: 40 }, () => text("x")) })],
  ["an id twice", v2(text("x", { id: 7 }), text("y", { id: 7 }))],
  ["an id beyond 32 bit", v2(text("x", { id: 2 ** 31 }))],
  ["a container in a container", v2({ type: 17, components: [{ type: 17, components: [text("x")] }] })],
  ["an empty container", v2({ type: 17, components: [] })],
  ["a section without accessory", v2({ type: 9, components: [text("x")] })],
  [
    "a section of four texts",
    v2({
      type: 9,
      components: ["a", "b", "c", "d"].map((one) => text(one)),
      accessory: { type: 11, media: { url: "https://a.example/i.png" } },
    }),
  ],
  [
    "a thumbnail that is no address",
    v2({ type: 9, components: [text("x")], accessory: { type: 11, media: { url: "javascript:1" } } }),
  ],
  [
    "eleven pictures",
    v2({ type: 12, items: Array.from({ length: 11 }, () => ({ media: { url: "https://a.example/i.png" } })) }),
  ],
  [
    "six buttons in a row",
    v2(text("x"), {
      type: 1,
      components: Array.from({ length: 6 }, (_, i) => ({ type: 2, style: 1, label: "b", custom_id: String(i) })),
    }),
  ],
  [
    "a custom_id of 101",
    v2(text("x"), { type: 1, components: [{ type: 2, style: 1, label: "b", custom_id: "i".repeat(101) }] }),
  ],
  [
    "a custom_id twice",
    v2({ type: 1, components: [1, 2].map(() => ({ type: 2, style: 1, label: "b", custom_id: "i" })) }),
  ],
  ["a label of 81", v2({ type: 1, components: [{ type: 2, style: 1, label: "b".repeat(81), custom_id: "i" }] })],
  [
    "a button's url of 513",
    v2({ type: 1, components: [{ type: 2, style: 5, label: "b", url: `https://a.example/${"x".repeat(495)}` }] }),
  ],
  ["an accent colour beyond RGB", v2({ type: 17, accent_color: 0x1_000_000, components: [text("x")] })],
])("50035 with a tree of errors for %s", async (_, body) => {
  await on(async (server, channel, path) => {
    const answer = await api(server, "POST", path, body);
    expect([answer.status, answer.body["code"]]).toEqual([400, 50035]);
    expect(JSON.stringify(answer.body["errors"])).toContain('"_errors":[{"code":');
    expect(server.seen(channel.id)).toEqual([]);
  });
});

test("what is just within the limits is taken", async () => {
  await on(async (server, _, path) => {
    const bodies = [
      { content: "😀".repeat(2000) },
      v2(text("x".repeat(3999)), text("😀")),
      v2({
        type: 17,
        accent_color: 0xffffff,
        components: Array.from({ length: 39 }, (_, i) => text("x", { id: i + 100 })),
      }),
      { embeds: [{ description: "x".repeat(4096) }, { description: "x".repeat(1904) }] },
    ];
    for (const body of bodies) expect((await api(server, "POST", path, body)).status).toBe(200);
  });
});

test("50006 when nothing is said", async () => {
  await on(async (server, _, path) => {
    for (const body of [{}, { content: "  " }, { flags: 1 << 15, components: [] }])
      expect((await api(server, "POST", path, body)).body["code"]).toBe(50006);
  });
});

test("enforce_nonce: the earlier message again, per channel, and a new one without the flag", async () => {
  await on(async (server, channel, path) => {
    const body = { content: "once", nonce: "same", enforce_nonce: true };
    const first = await api(server, "POST", path, body);
    const again = await api(server, "POST", path, { ...body, content: "other" });
    expect(idOf(again.body)).toBe(idOf(first.body));
    await api(server, "POST", path, { content: "without", nonce: "same" });
    expect(server.seen(channel.id).map((one) => one.text)).toEqual(["once", "without"]);
    const other = server.addChannel();
    const there = await api(server, "POST", `/channels/${other.id}/messages`, body);
    expect(idOf(there.body)).not.toBe(idOf(first.body));
  });
});

test("enforce_nonce holds for its window alone", async () => {
  await on(
    async (server, channel, path) => {
      const body = { content: "x", nonce: "same", enforce_nonce: true };
      await api(server, "POST", path, body);
      await api(server, "POST", path, body);
      expect(server.seen(channel.id)).toHaveLength(2);
    },
    { trouble: { nonceWindowMs: 0 } },
  );
});

test("a retry after the first copy was deleted hears 10008 and makes none (pull request 6647)", async () => {
  await on(async (server, channel, path) => {
    const body = { content: "x", nonce: "same", enforce_nonce: true };
    const first = await api(server, "POST", path, body);
    server.deleteMessage(channel.id, idOf(first.body));
    const again = await api(server, "POST", path, body);
    expect([again.status, again.body["code"]]).toEqual([404, 10008]);
    expect(server.seen(channel.id)).toEqual([]);
  });
});

test("Get Channel Messages: newest first, before, after, around, limit", async () => {
  await on(async (server, _, path) => {
    const ids: string[] = [];
    for (let i = 0; i < 6; i += 1) ids.push(idOf((await api(server, "POST", path, { content: String(i) })).body));
    const contents = async (query: string): Promise<string> =>
      (await api(server, "GET", `${path}?${query}`)).list.map((one) => textOf(one["content"])).join("");
    expect(await contents("")).toBe("543210");
    expect(await contents("limit=2")).toBe("54");
    expect(await contents(`after=${ids[1] ?? ""}&limit=2`)).toBe("32");
    expect(await contents(`before=${ids[2] ?? ""}`)).toBe("10");
    expect(await contents(`around=${ids[3] ?? ""}&limit=3`)).toBe("432");
  });
});

test("without READ_MESSAGE_HISTORY no messages are returned, and no error", async () => {
  await on(async (server, channel, path) => {
    await api(server, "POST", path, { content: "x" });
    server.deny(channel, permission.readMessageHistory);
    const { status, list } = await api(server, "GET", path);
    expect([status, list]).toEqual([200, []]);
  });
});

test("history may lag behind the answer", async () => {
  await on(
    async (server, channel, path) => {
      await api(server, "POST", path, { content: "x" });
      expect((await api(server, "GET", path)).list).toEqual([]);
      expect(server.seen(channel.id)).toHaveLength(1);
    },
    { trouble: { historyLagMs: 60_000, random: () => 1 } },
  );
});

test("Edit Message: keeps what is not named, keeps the components flag, 10008 for a deleted one", async () => {
  await on(async (server, channel, path) => {
    const made = await api(server, "POST", path, v2(text("old")));
    const one = `${path}/${idOf(made.body)}`;
    expect((await api(server, "PATCH", one, { components: [text("new")] })).status).toBe(200);
    expect((await api(server, "PATCH", one, { content: "text" })).body["code"]).toBe(50035);
    expect(server.seen(channel.id).map((message) => message.text)).toEqual(["new"]);
    server.deleteMessage(channel.id, idOf(made.body));
    expect((await api(server, "PATCH", one, { components: [text("x")] })).body["code"]).toBe(10008);
  });
});

test("component ids that were not given are made, those given are kept", async () => {
  await on(async (server, _, path) => {
    const { body } = await api(
      server,
      "POST",
      path,
      v2({ type: 17, id: 77, components: [text("a"), text("b", { id: 1 })] }),
    );
    const [container] = listOf(body["components"]).filter(isJson);
    expect(container?.["id"]).toBe(77);
    expect(listOf(container?.["components"]).map((one) => isJson(one) && one["id"])).toEqual([2, 1]);
  });
});

test("permissions: 10003 unknown, 50001 not let in, 50013 may not send, 40058 forum", async () => {
  await on(async (server, channel) => {
    const codeIn = async (id: string): Promise<unknown> =>
      (await api(server, "POST", `/channels/${id}/messages`, { content: "x" })).body["code"];
    expect(await codeIn("123")).toBe(10003);
    server.deny(channel, permission.sendMessages);
    expect(await codeIn(channel.id)).toBe(50013);
    server.deny(channel, permission.viewChannel);
    expect(await codeIn(channel.id)).toBe(50001);
    expect(await codeIn(server.addChannel({ name: "forum", type: 15 }).id)).toBe(40058);
    server.removeBot(server.guild);
    expect(await codeIn(channel.id)).toBe(50001);
  });
});
