import { expect, test } from "vitest";
import { DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import type { Delivery, Found } from "../../../src/adapter.ts";
import { failureOf, inTime, postOf } from "../../contract/stage.ts";
import { nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, noGateway, onDiscord, startBot } from "./bot.ts";
import { permission } from "./permissions.ts";
import { api } from "./raw.ts";
import { type DiscordServer, type ServerOptions, TOKEN } from "./server.ts";
import type { Fault } from "./trouble.ts";
import type { Channel } from "./world.ts";

interface Scene {
  readonly server: DiscordServer;
  readonly adapter: DiscordAdapter;
  readonly channel: Channel;
  readonly delivery: Delivery;
}

async function on(run: (scene: Scene) => Promise<void>, options: ServerOptions = {}): Promise<void> {
  await onDiscord(async (server, stopLater) => {
    const { adapter } = stopLater(await startBot(server, nothingKept(), [], noGateway));
    const channel = server.addChannel();
    await run({ server, adapter, channel, delivery: deliveryTo(adapter, channel.id, postOf()) });
  }, options);
}

async function uncertain({ server, adapter, delivery }: Scene, fault: Fault): Promise<void> {
  server.state.trouble.next(fault);
  expect(await failureOf(adapter.post(delivery, inTime))).toBe("uncertain");
}

/** As the relay goes on after an uncertain post. */
async function settle({ adapter, delivery }: Scene): Promise<Found["kind"]> {
  const { kind } = await adapter.find(delivery);
  if (kind === "absent" || kind === "safe-to-repeat") await adapter.post(delivery, inTime);
  return kind;
}

test.each([0, 3000, 180_000])(
  "with a nonce window of %i ms what landed is found, and nothing is seen twice",
  async (nonceWindowMs) => {
    for (const fault of ["cut after accepting", "500 after accepting", "cut before accepting", "500"] as const)
      await on(
        async (scene) => {
          await uncertain(scene, fault);
          expect(await settle(scene)).toBe(fault.includes("after") ? "landed" : "absent");
          expect(scene.server.seen(scene.channel.id)).toHaveLength(1);
        },
        { trouble: { nonceWindowMs } },
      );
  },
);

test("a history that lags behind is looked at twice", async () => {
  await on(
    async ({ server, channel, delivery, adapter }) => {
      await adapter.post(delivery, inTime);
      const patient = new DiscordAdapter({ token: TOKEN, apiUrl: server.apiUrl, secondLookMs: 300 });
      expect((await adapter.find(delivery)).kind).toBe("absent");
      expect((await patient.find(delivery)).kind).toBe("landed");
      expect(server.seen(channel.id)).toHaveLength(1);
    },
    { trouble: { historyLagMs: 200, random: () => 0.999 } },
  );
});

test("without the right to read history nobody knows, whatever the nonce may do", async () => {
  await on(
    async (scene) => {
      await uncertain(scene, "cut after accepting");
      expect(await scene.adapter.find(scene.delivery)).toEqual({
        kind: "cannot-know",
        reason: "Planetwire lacks “Read Message History” in this channel",
      });
    },
    { trouble: { nonceWindowMs: 0, historyRefused: true } },
  );
});

test("a right denied in the channel alone counts too", async () => {
  await on(async (scene) => {
    await uncertain(scene, "cut after accepting");
    scene.server.deny(scene.channel, permission.readMessageHistory);
    expect((await scene.adapter.find(scene.delivery)).kind).toBe("cannot-know");
  });
});

test("a right that is taken while the history is read is noticed", async () => {
  await on(async (scene) => {
    const { server, channel, adapter, delivery } = scene;
    const { bot } = server.state.world;
    await uncertain(scene, "cut after accepting");
    // The right goes between the first look at the rights and the reading of the list, which is therefore empty.
    let looks = 0;
    Object.defineProperty(channel, "messages", {
      get: () => {
        looks += 1;
        if (looks === 2) channel.overwrites = [{ id: bot.id, type: 1, allow: 0n, deny: permission.readMessageHistory }];
        return [];
      },
    });
    expect((await adapter.find(delivery)).kind).toBe("cannot-know");
  });
});

test("what lands after its connection broke is found once it is there", async () => {
  await on(
    async (scene) => {
      await uncertain(scene, "late");
      await scene.server.until(() => scene.server.seen(scene.channel.id)[0] ?? null, 5000);
      expect(await settle(scene)).toBe("landed");
      expect(scene.server.seen(scene.channel.id)).toHaveLength(1);
    },
    { trouble: { lateMs: 100, nonceWindowMs: 0 } },
  );
});

test("a message is found behind hundreds of others", async () => {
  await on(
    async (scene) => {
      const { server, channel, adapter, delivery } = scene;
      const talk = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i += 1)
          await api(server, "POST", `/channels/${channel.id}/messages`, { content: `talk ${String(i)}` });
      };
      await talk(150);
      const ref = await adapter.post(delivery, inTime);
      await talk(230);
      expect(await adapter.find(delivery)).toEqual({ kind: "landed", ref });
      expect((await adapter.find(deliveryTo(adapter, channel.id, postOf()))).kind).toBe("absent");
    },
    { limits: { limit: 10_000, globalPerSecond: 10_000 } },
  );
});

test("the copies of other installations, bots and people are not taken for ours", async () => {
  await on(async (scene) => {
    const { server, channel, adapter, delivery } = scene;
    await adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime);
    const { components } = JSON.parse(delivery.message) as { components: object[] };
    await api(server, "POST", `/channels/${channel.id}/messages`, { flags: 1 << 15, components });
    expect((await adapter.find(delivery)).kind).toBe("absent");
  });
});

test("when the first copy was deleted, a repeated post counts as delivered", async () => {
  await on(async (scene) => {
    const { server, channel, adapter, delivery } = scene;
    const ref = await adapter.post(delivery, inTime);
    server.deleteMessage(channel.id, ref.split("/")[1] ?? "");
    expect(await adapter.post(delivery, inTime)).toBe(`${channel.id}/0`);
    expect(server.seen(channel.id)).toEqual([]);
  });
});

test("a limit while looking says when to look again", async () => {
  await on(async (scene) => {
    await uncertain(scene, "cut after accepting");
    scene.server.limits.settings = { limit: 0, windowMs: 30_000, globalPerSecond: 50 };
    const found = await scene.adapter.find(scene.delivery);
    expect(found.kind).toBe("ask-later");
    expect(found.kind === "ask-later" && found.ms).toBeGreaterThan(10_000);
  });
});

test("a channel that is gone cannot be looked into", async () => {
  await on(async (scene) => {
    await uncertain(scene, "cut after accepting");
    scene.server.deleteChannel(scene.channel);
    expect((await scene.adapter.find(scene.delivery)).kind).toBe("cannot-know");
  });
});
