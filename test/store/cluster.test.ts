import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ChannelStore } from "../../src/store/channel-store.ts";
import { connect, mastersOf, onLost } from "../../src/store/connection.ts";
import { Queues } from "../../src/store/queue.ts";
import { Store } from "../../src/store/store.ts";
import { type RedisCluster, startCluster } from "../support/cluster.ts";
import { moveSlot } from "../support/move-slot.ts";
import { ask } from "../support/redis-process.ts";
import { until } from "../support/wait.ts";
import { freshChannel, type RedisClient } from "./real-redis.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

let directory: string;
let cluster: RedisCluster;
let redis: RedisClient;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "planetwire-cluster-"));
  cluster = await startCluster(directory);
  redis = await client();
});

afterEach(async () => {
  redis.disconnect();
  await cluster.stop();
  await rm(directory, { recursive: true, force: true });
});

async function client(): Promise<RedisClient> {
  const opened = connect({ url: cluster.url }, "planetwire-test");
  opened.on("error", () => undefined);
  await opened.connect();
  return opened;
}

/** Channels that follow feed after feed, all the time, each waiting for its answer as the bot does. */
class Traffic {
  readonly #channels: ChannelStore;
  readonly #names: readonly string[];
  readonly #done = new Map<string, number>();
  readonly #loops: Promise<void>[];
  readonly refused: unknown[] = [];
  #isOver = false;

  constructor(redis: RedisClient, count: number) {
    this.#channels = new ChannelStore(redis);
    this.#names = Array.from({ length: count }, freshChannel);
    this.#loops = this.#names.map(async (name) => await this.#run(name));
  }

  /** How many were answered. */
  get answers(): number {
    return [...this.#done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** That every channel is answered once more, from now on. */
  async goesOn(): Promise<void> {
    const before = new Map(this.#done);
    const all = (): boolean => this.#names.every((name) => (this.#done.get(name) ?? 0) > (before.get(name) ?? 0));
    await until("an answer for everyone", 60_000, () => (all() || this.refused.length > 0 ? true : undefined));
  }

  /** Channels whose follows are not exactly those that were acknowledged. */
  async end(): Promise<string[]> {
    this.#isOver = true;
    await Promise.all(this.#loops);
    const wrong: string[] = [];
    for (const name of this.#names) {
      const ids = [...(await this.#channels.follows(name)).keys()];
      const expected = Array.from({ length: this.#done.get(name) ?? 0 }, (_, i) => `feed${String(i)}`);
      if (ids.join() !== expected.join()) wrong.push(`${name}: ${ids.join()}`);
    }
    return wrong;
  }

  async #run(name: string): Promise<void> {
    for (let count = 0; !this.#isOver; count++) {
      try {
        await this.#channels.beginFollow(name, `feed${String(count)}`, 1_000_000);
        this.#done.set(name, count + 1);
      } catch (error) {
        this.refused.push(error);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

async function stateOf(i: number): Promise<string> {
  const info = (await ask({ port: cluster.nodes[i]?.port ?? 0 }, "CLUSTER INFO")) ?? "";
  return /cluster_state:(\w+)/.exec(info)?.[1] ?? "";
}

test("while a node is away, and with it the cluster, everyone waits; what was acknowledged is there when it is back", async () => {
  const traffic = new Traffic(redis, 30);
  await traffic.goesOn();
  await cluster.nodes[1]?.kill();
  await until("CLUSTERDOWN", 20_000, async () => ((await stateOf(0)) === "fail" ? true : undefined));
  await cluster.nodes[1]?.start();
  await traffic.goesOn();
  expect(await traffic.end()).toEqual([]);
  expect(traffic.refused).toEqual([]);
});

test("all nodes killed again and again: nobody is refused, nothing acknowledged is lost", async () => {
  const traffic = new Traffic(redis, 30);
  for (let round = 0; round < 3; round++) {
    await traffic.goesOn();
    await Promise.all(cluster.nodes.map(async (node) => await node.kill()));
    await new Promise((resolve) => setTimeout(resolve, 100 * round));
    await Promise.all(cluster.nodes.map(async (node) => await node.start()));
  }
  await traffic.goesOn();
  expect(await traffic.end()).toEqual([]);
  expect(traffic.refused).toEqual([]);
});

test("while slots move, also with some keys of a script here and some there, everyone is answered and nothing is lost", async () => {
  const traffic = new Traffic(redis, 60);
  await traffic.goesOn();
  const ports = cluster.nodes.map(({ port }) => port);
  for (const [i, from] of ports.entries()) {
    const to = ports[(i + 1) % ports.length] ?? 0;
    for (const key of (await mastersOf(redis)[i]?.keys("pw:follows:*"))?.slice(0, 8) ?? []) {
      const slot = Number((await ask({ port: from }, `CLUSTER KEYSLOT ${key}`))?.slice(1));
      const held = await ask({ port: from }, `CLUSTER COUNTKEYSINSLOT ${String(slot)}`);
      if (held === ":0\r\n") continue;
      // One key at a time, and time for a command or two between.
      await moveSlot(slot, from, to, ports, {
        keysAtOnce: 1,
        between: async () => await new Promise((resolve) => setTimeout(resolve, 15)),
      });
    }
  }
  await traffic.goesOn();
  expect(await traffic.end()).toEqual([]);
  expect(traffic.refused).toEqual([]);
  const redirected = await Promise.all(ports.map(async (port) => await ask({ port }, "INFO errorstats")));
  for (const kind of ["MOVED", "ASK", "TRYAGAIN"]) expect(redirected.join()).toContain(`errorstat_${kind}`);
});

test("jobs go on when the node of the queues, and all nodes, were away", async () => {
  const errors: unknown[] = [];
  const queues = new Queues(redis, { lockMs: 1000 }, (error) => void errors.push(error));
  const drained: string[] = [];
  queues.workChannels("p", 5, async (id) => {
    drained.push(id);
    return await Promise.resolve(null);
  });
  async function isDrained(name: string): Promise<void> {
    await queues.wake(`p:${name}`);
    await until(`the drain of ${name}`, 60_000, () => (drained.includes(`p:${name}`) ? true : undefined));
  }
  await isDrained("first");
  for (const node of cluster.nodes) {
    await node.kill();
    const waits = queues.wake(`p:${String(node.port)}`);
    await node.start();
    await waits;
    await isDrained(String(node.port));
  }
  await Promise.all(cluster.nodes.map(async (node) => await node.kill()));
  const waits = isDrained("last");
  await Promise.all(cluster.nodes.map(async (node) => await node.start()));
  await waits;
  await queues.stop();
});

test("the time comes from one node, and a lost node is noticed", async () => {
  let lost = 0;
  onLost(redis, () => (lost += 1));
  const options = { redisUrl: cluster.url, dataDir: directory, lockMs: 1000, role: "command" } as const;
  const store = await Store.open({ ...options, onError: () => undefined, onWarning: () => undefined });
  for (const master of mastersOf(redis)) await master.config("RESETSTAT");
  for (let i = 0; i < 20; i++) await store.nowMs();
  const stats = await Promise.all(mastersOf(redis).map(async (master) => await master.info("commandstats")));
  expect(stats.filter((text) => text.includes("cmdstat_time:"))).toHaveLength(1);
  await store.close();
  expect(lost).toBe(0);
  await cluster.nodes[2]?.kill();
  await until("the loss", 10_000, () => (lost > 0 ? true : undefined));
});
