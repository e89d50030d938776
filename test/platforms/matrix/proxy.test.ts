import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { until } from "../../support/wait.ts";
import { Person } from "./person.ts";
import { type Fault, type Proxy, startProxy } from "./proxy.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("trouble on the way to a homeserver", () => {
  let synapse: Synapse;
  let proxy: Proxy;
  let ada: Person;
  let room: string;

  beforeAll(async () => {
    synapse = await startSynapse();
    proxy = await startProxy(synapse.socketPath);
    ada = await Person.register(synapse, "ada");
  }, 60_000);

  afterAll(async () => {
    await proxy.close();
    await synapse.close();
  });

  beforeEach(async () => {
    room = await ada.createRoom();
  });

  async function put(transaction: string): Promise<Response> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${transaction}`;
    return await fetch(proxy.url + path, {
      method: "PUT",
      headers: { authorization: `Bearer ${ada.token}`, "content-type": "application/json" },
      body: JSON.stringify({ msgtype: "m.text", body: transaction }),
    });
  }

  async function said(): Promise<string[]> {
    return (await ada.seen(room)).map((message) => message.body);
  }

  const cases: readonly (readonly [Fault, number | "cut", number])[] = [
    ["429", 429, 0],
    ["500", 500, 0],
    ["rejected", 413, 0],
    ["cut before accepting", "cut", 0],
    ["cut after accepting", "cut", 1],
  ];

  test.each(cases)(
    "%s: the answer is %s and %i messages are there; the next request passes",
    async (fault, answer, landed) => {
      proxy.next(fault);
      const status = await put("one").then(
        (response) => response.status,
        () => "cut",
      );
      expect(status).toBe(answer);
      expect(await said()).toHaveLength(landed);
      expect((await put("one")).status).toBe(200);
      expect(await said()).toEqual(["one"]);
    },
  );

  test("a late request lands after a later one, and not twice when it was repeated meanwhile", async () => {
    proxy.next("late");
    await expect(put("late")).rejects.toThrow();
    await put("other");
    expect(await said()).toEqual(["other"]);
    await until("the late one", 5000, async () => ((await said()).length === 2 ? true : undefined));
    expect((await put("late")).status).toBe(200);
    expect(await said()).toEqual(["other", "late"]);
  });

  test("between accepting and answering the hook is called, with what was accepted", async () => {
    const seen: string[] = [];
    proxy.settings.onAccepted = async (accepted) => {
      seen.push(`${accepted.room} ${accepted.transaction} ${(await said()).join()}`);
    };
    await put("hooked");
    proxy.settings.onAccepted = () => undefined;
    expect(seen).toEqual([`${room} hooked hooked`]);
  });

  test("shares are kept, and a server that is down answers nobody", async () => {
    proxy.settings.shares = { "429": 0.5, "500": 0.5 };
    proxy.settings.random = () => 0.6;
    expect((await put("a")).status).toBe(500);
    proxy.settings.random = () => 0.4;
    expect((await put("a")).status).toBe(429);
    proxy.settings.shares = {};
    expect((await put("a")).status).toBe(200);
    proxy.setDown(true);
    await expect(put("b")).rejects.toThrow();
    proxy.setDown(false);
    expect((await put("b")).status).toBe(200);
  });

  test("what a person sees: edits by the sender applied, others' not, deleted messages gone, links in order", async () => {
    const bob = await Person.register(synapse, "bob");
    await ada.invite(room, bob.userId);
    await bob.join(room);
    const html = '<p><a href="https://a.example/">A</a></p><blockquote><a href="https://b.example/">B</a></blockquote>';
    const first = await ada.say(room, "first", { format: "org.matrix.custom.html", formatted_body: html });
    const second = await ada.say(room, "second");
    const relation = { rel_type: "m.replace", event_id: second };
    await ada.say(room, "* edited", {
      "m.relates_to": relation,
      "m.new_content": { msgtype: "m.text", body: "edited" },
    });
    await bob.say(room, "* forged", {
      "m.relates_to": relation,
      "m.new_content": { msgtype: "m.text", body: "forged" },
    });
    await ada.redact(room, await ada.say(room, "deleted"));
    const seen = await bob.seen(room);
    expect(seen.map((message) => message.text)).toEqual(["A\nB", "edited"]);
    expect(seen[0]?.eventId).toBe(first);
    expect(seen[0]?.links).toEqual([
      { url: "https://a.example/", label: "A", quoted: false },
      { url: "https://b.example/", label: "B", quoted: true },
    ]);
  });
});
