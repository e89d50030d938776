import { afterAll, beforeAll } from "vitest";
import { MatrixAdapter } from "../../adapters/matrix/adapter.ts";
import { Person } from "../platforms/matrix/person.ts";
import { type Proxy, startProxy } from "../platforms/matrix/proxy.ts";
import { describeWithSynapse, startSynapse, type Synapse } from "../platforms/matrix/synapse.ts";
import { describeAdapter } from "./adapter-contract.ts";
import type { Stage } from "./stage.ts";
import { type Kept, nothingKept, testHost } from "./test-host.ts";

/** One homeserver for all tests; each has a room and a bot of its own. */
describeWithSynapse("Matrix", () => {
  let synapse: Synapse;
  let bots = 0;

  beforeAll(async () => {
    synapse = await startSynapse();
  }, 60_000);

  afterAll(async () => {
    await synapse.close();
  });

  async function open(): Promise<Stage> {
    bots += 1;
    const proxy = await startProxy(synapse.socketPath);
    const bot = await Person.register(synapse, `bot${String(bots)}`);
    const ada = await Person.register(synapse, `ada${String(bots)}`);
    const room = await ada.createRoom({ invite: [bot.userId] });
    await bot.join(room);
    return await start({ proxy, bot, ada, room }, nothingKept());
  }

  describeAdapter("matrix", open, { threads: true });
});

interface Scene {
  readonly proxy: Proxy;
  readonly bot: Person;
  readonly ada: Person;
  readonly room: string;
}

async function start(scene: Scene, kept: Kept): Promise<Stage> {
  const { proxy, bot, ada, room } = scene;
  const host = testHost(kept);
  const adapter = new MatrixAdapter({ homeserverUrl: proxy.url, accessToken: bot.token, inviteServers: [] });
  await adapter.start(host);
  const opened: Stage[] = [];
  return {
    adapter,
    channel: `matrix:${room}`,
    unusableChannel: "matrix:!nowhere:hs.test",
    network: {
      next: (fault) => proxy.next(fault),
      requests: () => proxy.sends.length,
      deleteMessage: async (_channel, ref) => await ada.redact(room, ref),
      forbid: async () => await ada.setPower(room, { events_default: 50 }),
      revokeToken: async () => void (await bot.ask("POST", "/logout", {})),
    },
    seen: async () => await ada.seen(room),
    async restart() {
      const next = await start(scene, kept);
      opened.push(next);
      return next;
    },
    async close() {
      await Promise.all([host.stop(), adapter.stop(), ...opened.map(async (stage) => await stage.close())]);
      await proxy.close();
    },
  };
}
