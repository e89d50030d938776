import { afterAll, beforeAll, expect, test } from "vitest";
import { Homeserver } from "../../../adapters/matrix/homeserver.ts";
import { otherRoom } from "../../../adapters/matrix/other-room.ts";
import { Rooms } from "../../../adapters/matrix/rooms.ts";
import { Person } from "./person.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "./synapse.ts";

describeWithSynapse("another room that somebody names", () => {
  let synapse: Synapse;
  let proxy: Proxy;
  let bot: Person;
  let ada: Person;
  let grace: Person;
  let homeserver: Homeserver;

  beforeAll(async () => {
    synapse = await startSynapse();
    proxy = await startProxy(synapse.socketPath);
    bot = await Person.register(synapse, "planetwire");
    [ada, grace] = [await Person.register(synapse, "ada"), await Person.register(synapse, "grace")];
    homeserver = new Homeserver({ homeserverUrl: proxy.url, accessToken: bot.token });
  }, 90_000);

  afterAll(async () => {
    await proxy.close();
    await synapse.close();
  }, 60_000);

  async function room(settings: Parameters<Person["createRoom"]>[0] = {}): Promise<string> {
    const id = await ada.createRoom({ ...settings, invite: [bot.userId, grace.userId] });
    await bot.join(id);
    return id;
  }

  async function meant(person: Person, typed: string) {
    return await otherRoom({ homeserver, rooms: new Rooms(homeserver) }, person.userId, bot.userId, typed);
  }

  const notThere = { refusal: expect.stringContaining("no such room in which both of us are") as unknown };

  test("is found by id and by alias, with the rights that this person has there", async () => {
    const id = await room();
    await grace.join(id);
    const alias = `#other:${ada.userId.slice(ada.userId.indexOf(":") + 1)}`;
    await ada.ask("PUT", `/directory/room/${encodeURIComponent(alias)}`, { room_id: id });
    expect(await meant(ada, id)).toEqual({ channel: `matrix:${id}`, role: "manager", name: id });
    expect(await meant(ada, alias)).toEqual({ channel: `matrix:${id}`, role: "manager", name: alias });
    expect(await meant(grace, id)).toMatchObject({ role: "member" });
  });

  test("is none where one of the two is not, or is no more", async () => {
    const id = await room();
    expect(await meant(grace, id)).toEqual(notThere);
    expect(await meant(ada, "!nowhere:example.org")).toEqual(notThere);
    expect(await meant(ada, "#nowhere:example.org")).toEqual(notThere);
    expect(await meant(ada, "news")).toEqual(notThere);
    await ada.kick(id, bot.userId);
    expect(await meant(ada, id)).toEqual(notThere);
  });

  test("is none where the bot may not post, or can read nothing", async () => {
    const quiet = await room({ power: { events_default: 50 } });
    expect(await meant(ada, quiet)).toEqual({ refusal: expect.stringContaining("not the power to post") as unknown });
    const encrypted = await room({ encrypted: true });
    expect(await meant(ada, encrypted)).toEqual({ refusal: expect.stringContaining("is encrypted") as unknown });
  });
});
