import { openRealRedis, type RealRedis } from "../../store/real-redis.ts";
import type { Settings } from "../../support/processes.ts";
import { openWorld, type World } from "../../support/world.ts";
import { Person } from "./person.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import { startSynapse, type Synapse } from "./synapse.ts";

// What a real bot needs on a homeserver: one of each for a test file, which has this module to itself.
export let synapse: Synapse;
export let proxy: Proxy;
export let world: World;
/** The bot's. */
export let account: Person;
export let ada: Person;
let redis: RealRedis;

/** No bot runs yet. */
export async function open(more: Settings = {}): Promise<void> {
  [synapse, redis] = [await startSynapse(), await openRealRedis()];
  proxy = await startProxy(synapse.socketPath);
  account = await Person.register(synapse, "planetwire");
  ada = await Person.register(synapse, "ada");
  world = await openWorld({
    REDIS_URL: redis.url,
    MATRIX_HOMESERVER_URL: proxy.url,
    MATRIX_ACCESS_TOKEN: account.token,
    ...more,
  });
}

export async function close(): Promise<void> {
  await world.close();
  await proxy.close();
  await redis.close();
  await synapse.close();
}

/** A room in which the bot has greeted. */
export async function roomWithBot(): Promise<string> {
  const room = await ada.createRoom({ invite: [account.userId] });
  await ada.waitFor(room, "a greeting", (event) => event.content["msgtype"] === "m.notice");
  return room;
}
