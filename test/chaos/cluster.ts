import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { joinNodes, nodeWords } from "../support/join-nodes.ts";
import { freePort } from "../support/redis-process.ts";
import { moveSlot, slotInUse } from "../support/move-slot.ts";
import type { Random } from "./random.ts";
import { type RedisServer, startRedis } from "./redis.ts";

/** So often all nodes go down together. */
const allTogether = 0.2;
const mostSlots = 6;

/** Three nodes without replicas. Where one is killed, the two others know of it after their timeout and answer nobody until it is back. */
export async function startChaosCluster(directory: string): Promise<RedisServer> {
  const nodes = await Promise.all(
    ["a", "b", "c"].map(async (name) => {
      const own = join(directory, name);
      await mkdir(own, { recursive: true });
      const busPort = await freePort();
      return { ...(await startRedis(own, nodeWords(busPort))), busPort };
    }),
  );
  await joinNodes(nodes);
  const ports = nodes.map(({ port }) => port);
  return {
    port: ports[0] ?? 0,
    ports,
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(",")}`,
    mostDownMs: 4000,
    crash: async (random) => {
      const struck = random.chance(allTogether) ? nodes : [random.pick(nodes)];
      await Promise.all(struck.map(async (node) => await node.kill()));
    },
    kill: async () => void (await Promise.all(nodes.map(async (node) => await node.kill()))),
    start: async () => void (await Promise.all(nodes.map(async (node) => await node.start()))),
    reshard: async (random) => await moveSome(ports, random),
    get ownEnds() {
      return nodes.flatMap((node) => node.ownEnds);
    },
  };
}

/** Slots that hold something go from one node to another while bots use them. */
async function moveSome(ports: readonly number[], random: Random): Promise<number> {
  const [from, to] = random.shuffled(ports);
  if (from === undefined || to === undefined) return 0;
  let moved = 0;
  for (const end = random.integer(1, mostSlots); moved < end; moved++) {
    const slot = await slotInUse(from, (count) => random.integer(0, count - 1));
    if (slot === null) break;
    await moveSlot(slot, from, to, ports);
  }
  return moved;
}
