import { expect, test } from "vitest";
import { isJson, listOf, numberOf, textOf } from "./json.ts";
import { permission } from "./permissions.ts";
import { api, onServer } from "./raw.ts";
import { DiscordServer, type ServerOptions } from "./server.ts";
import type { Fault } from "./trouble.ts";

async function on(run: (server: DiscordServer) => Promise<void>, options: ServerOptions = {}): Promise<void> {
  await onServer(
    async (server) => {
      await run(server);
      expect(server.violations).toEqual([]);
    },
    async () => await DiscordServer.start(options),
  );
}

test("API Reference, Authentication: 401 for a wrong token", async () => {
  await on(async (server) => {
    const { status, body } = await api(server, "GET", "/users/@me", undefined, { authorization: "Bot other" });
    expect([status, body["message"]]).toEqual([401, "401: Unauthorized"]);
    expect((await api(server, "GET", "/users/@me")).body["bot"]).toBe(true);
  });
});

test("API Reference, User Agent: another form is refused (40333)", async () => {
  await on(async (server) => {
    for (const agent of ["node", "DiscordBot", "DiscordBot (x)"])
      expect((await api(server, "GET", "/users/@me", undefined, { "user-agent": agent })).body["code"]).toBe(40333);
  });
});

test("the bot learns who it is, its guilds, roles and rights", async () => {
  await on(async (server) => {
    const { world } = server.state;
    expect((await api(server, "GET", "/applications/@me")).body["id"]).toBe(world.applicationId);
    expect((await api(server, "GET", "/users/@me/guilds")).list.map((one) => one["name"])).toEqual(["The guild"]);
    expect((await api(server, "GET", `/guilds/${server.guild.id}/roles`)).list).toHaveLength(2);
    const me = await api(server, "GET", `/guilds/${server.guild.id}/members/${world.bot.id}`);
    expect(listOf(me.body["roles"])).toEqual(server.guild.members.get(world.bot.id));
    expect((await api(server, "GET", `/guilds/${server.guild.id}/members/1`)).body["code"]).toBe(10007);
    expect((await api(server, "GET", "/guilds/1/roles")).body["code"]).toBe(10004);
    const { body } = await api(server, "GET", "/gateway/bot");
    expect([body["url"], body["shards"]]).toEqual([server.gatewayUrl, 1]);
  });
});

test("Topics / Rate Limits: headers on each answer, a 429 with the seconds to wait, a bucket per channel", async () => {
  await on(
    async (server) => {
      const [one, two] = [server.addChannel(), server.addChannel()];
      const post = async (id: string): ReturnType<typeof api> =>
        await api(server, "POST", `/channels/${id}/messages`, { content: "x" });
      const first = await post(one.id);
      expect([first.headers.get("x-ratelimit-limit"), first.headers.get("x-ratelimit-remaining")]).toEqual(["2", "1"]);
      await post(one.id);
      const third = await post(one.id);
      expect(third.status).toBe(429);
      expect(numberOf(third.body["retry_after"])).toBeGreaterThan(50);
      expect([third.body["global"], third.headers.get("x-ratelimit-scope")]).toEqual([false, "user"]);
      expect((await post(two.id)).status).toBe(200);
      expect(server.seen(one.id)).toHaveLength(2);
    },
    { limits: { limit: 2, windowMs: 60_000 } },
  );
});

test("Topics / Rate Limits, Global Rate Limit: told apart by its header and in the body", async () => {
  await on(
    async (server) => {
      await api(server, "GET", "/users/@me");
      const second = await api(server, "GET", "/gateway/bot");
      expect([second.status, second.body["global"]]).toEqual([429, true]);
      expect(second.headers.get("x-ratelimit-global")).toBe("true");
    },
    { limits: { globalPerSecond: 1 } },
  );
});

test.each<[Fault, number, number]>([
  ["429", 429, 0],
  ["500", 502, 0],
  ["500 after accepting", 502, 1],
  ["rejected", 400, 0],
  ["cut before accepting", 0, 0],
  ["cut after accepting", 0, 1],
])("trouble: %s", async (fault, status, seen) => {
  await on(async (server) => {
    const channel = server.addChannel();
    server.state.trouble.next(fault);
    const post = api(server, "POST", `/channels/${channel.id}/messages`, { content: "x" });
    expect(
      await post.then(
        (answer) => answer.status,
        () => 0,
      ),
    ).toBe(status);
    expect(server.seen(channel.id)).toHaveLength(seen);
    expect((await api(server, "POST", `/channels/${channel.id}/messages`, { content: "y" })).status).toBe(200);
  });
});

test("trouble: a request that lands after its connection broke", async () => {
  await on(
    async (server) => {
      const channel = server.addChannel();
      server.state.trouble.next("late");
      const post = api(server, "POST", `/channels/${channel.id}/messages`, { content: "x" });
      await expect(post).rejects.toThrow();
      expect(server.seen(channel.id)).toEqual([]);
      expect(await server.until(() => server.seen(channel.id)[0]?.text ?? null, 5000)).toBe("x");
    },
    { trouble: { lateMs: 100 } },
  );
});

test("a hook runs between accepting and answering", async () => {
  await on(async (server) => {
    const channel = server.addChannel();
    const seen: number[] = [];
    server.state.onAccepted = () => void seen.push(server.seen(channel.id).length);
    await api(server, "POST", `/channels/${channel.id}/messages`, { content: "x" });
    expect(seen).toEqual([1]);
  });
});

test("forums: a thread with its first message, findable among the active and the archived", async () => {
  await on(async (server) => {
    const forum = server.addChannel({ name: "forum", type: 15 });
    const path = `/channels/${forum.id}/threads`;
    const made = await api(server, "POST", path, { name: "A feed", message: { content: "first" } });
    expect(made.status).toBe(201);
    const id = textOf(made.body["id"]);
    expect(isJson(made.body["message"]) && made.body["message"]["id"]).toBe(id);
    const names = async (where: string): Promise<unknown[]> =>
      listOf((await api(server, "GET", where)).body["threads"]).map((one) => isJson(one) && one["name"]);
    expect(await names(`/guilds/${server.guild.id}/threads/active`)).toEqual(["A feed"]);
    expect(await names(`${path}/archived/public`)).toEqual([]);
    expect((await api(server, "PATCH", `/channels/${id}`, { archived: true })).body["code"]).toBe(50013);
    for (const thread of server.threads(forum)) if (thread.thread !== null) thread.thread.archived = true;
    expect(await names(`${path}/archived/public`)).toEqual(["A feed"]);
    const edit = await api(server, "PATCH", `/channels/${id}/messages/${id}`, { content: "x" });
    expect(edit.body["code"]).toBe(50083);
    expect((await api(server, "PATCH", `/channels/${id}`, { archived: false })).status).toBe(200);
    expect((await api(server, "POST", path, { name: "", message: { content: "x" } })).body["code"]).toBe(50035);
    forum.requiresTag = true;
    expect((await api(server, "POST", path, { name: "x", message: { content: "x" } })).body["code"]).toBe(40067);
  });
});

test("Topics / Threads: sending unarchives, a locked thread takes nothing, SEND_MESSAGES_IN_THREADS decides", async () => {
  await on(async (server) => {
    const parent = server.addChannel();
    const thread = server.addChannel({ name: "thread", type: 11, parentId: parent.id });
    const post = async (): Promise<unknown> =>
      (await api(server, "POST", `/channels/${thread.id}/messages`, { content: "x" })).body["code"];
    if (thread.thread !== null) thread.thread.archived = true;
    expect([await post(), thread.thread?.archived]).toEqual([undefined, false]);
    server.deny(parent, permission.sendMessages);
    expect(await post()).toBe(undefined);
    server.deny(parent, permission.sendMessagesInThreads);
    expect(await post()).toBe(50013);
    server.deny(parent, 0n);
    if (thread.thread !== null) thread.thread.locked = true;
    expect(await post()).toBe(160_005);
  });
});
