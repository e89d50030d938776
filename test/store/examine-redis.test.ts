import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clusterFindings, examineRedisAt, serverFindings, type ServerReport } from "../../src/store/examine-redis.ts";
import { Store } from "../../src/store/store.ts";
import { type RedisCluster, startCluster } from "../support/cluster.ts";
import { stop } from "../support/processes.ts";
import { ask, freePort, runRedis } from "../support/redis-process.ts";
import { until } from "../support/wait.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let directory: string;
let cluster: RedisCluster;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "planetwire-cluster-"));
  cluster = await startCluster(directory);
});

afterAll(async () => {
  await cluster.stop();
  await rm(directory, { recursive: true, force: true });
});

function portAt(i: number): number {
  return cluster.nodes[i]?.port ?? 0;
}

/** Everything that is not well, as “verdict text”. */
async function wrongAt(url: string): Promise<string[]> {
  const found = await examineRedisAt(url);
  return found.filter(({ verdict }) => verdict !== "good").map(({ verdict, text }) => `${verdict} ${text}`);
}

async function openStore(redisUrl: string, role: "bot" | "command", warnings: string[] = []): Promise<void> {
  const options = { redisUrl, dataDir: directory, lockMs: 1000, role, onError: () => undefined };
  await (await Store.open({ ...options, onWarning: (text) => void warnings.push(text) })).close();
}

test("a cluster with the settings that the promise needs is well, and every node is named", async () => {
  const found = await examineRedisAt(cluster.url);
  expect(found.map(({ verdict }) => verdict)).toEqual(["good", "good", "good", "good"]);
  const text = found.map((one) => one.text).join("\n");
  for (const { port } of cluster.nodes) expect(text).toContain(`127.0.0.1:${port} (`);
  expect(text).toContain("3 nodes that hold data");
});

test("one node that may forget is found, and a bot that starts warns of it", async () => {
  const port = portAt(1);
  await ask({ port }, "CONFIG SET appendfsync everysec");
  try {
    const warnings: string[] = [];
    await openStore(cluster.url, "bot", warnings);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(`The node 127.0.0.1:${port} runs with appendfsync everysec`);
    expect(await wrongAt(cluster.url)).toHaveLength(1);
  } finally {
    await ask({ port }, "CONFIG SET appendfsync always");
  }
});

test("one node that evicts is refused", async () => {
  const port = portAt(2);
  await ask({ port }, "CONFIG SET maxmemory-policy allkeys-lru");
  await ask({ port }, "CONFIG SET maxmemory 1gb");
  try {
    await expect(openStore(cluster.url, "bot")).rejects.toThrow(
      `The node 127.0.0.1:${port} runs with maxmemory-policy`,
    );
    expect((await wrongAt(cluster.url)).join()).toMatch(/^refused /);
  } finally {
    await ask({ port }, "CONFIG SET maxmemory-policy noeviction");
    await ask({ port }, "CONFIG SET maxmemory 0");
  }
});

test("the URL of a single Redis that leads to a node says what to write, to bots and to commands", async () => {
  const url = `redis://127.0.0.1:${portAt(0)}`;
  expect(await wrongAt(url)).toEqual(["refused This Redis is a node of a cluster."]);
  await expect(openStore(url, "bot")).rejects.toThrow(/a node of a cluster\. Begin REDIS_URL with redis\+cluster:/);
  await expect(openStore(url, "command")).rejects.toThrow(/a node of a cluster\. Begin REDIS_URL with redis\+cluster:/);
});

test("a cluster's URL that leads to no cluster says so", async () => {
  expect(await wrongAt("redis+cluster://127.0.0.1:1")).toEqual([
    "refused Redis does not answer: Connection is closed.",
  ]);
  const port = await freePort();
  const alone = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
  const { child, ended } = await runRedis(port, alone);
  try {
    expect(await wrongAt(`redis://127.0.0.1:${port}`)).toEqual([]);
    expect(await wrongAt(`redis+cluster://127.0.0.1:${port}`)).toEqual([
      "refused Redis does not answer: ERR This instance has cluster support disabled",
    ]);
  } finally {
    await stop(child, ended);
    await rm(alone, { recursive: true, force: true });
  }
});

test("a node that is away is found, and so is that the cluster is down", async () => {
  await cluster.nodes[0]?.kill();
  try {
    await until("the others to know it", 10_000, async () =>
      (await ask({ port: portAt(1) }, "CLUSTER INFO"))?.includes("cluster_state:fail") ? true : undefined,
    );
    const found = await wrongAt(cluster.url);
    expect(found.some((one) => one.startsWith(`risky The node 127.0.0.1:${portAt(0)} could not be asked`))).toBe(true);
    expect(found.some((one) => /cluster is down: 1092\d of 16384 slots/.test(one))).toBe(true);
  } finally {
    await cluster.nodes[0]?.start();
  }
});

const fine: ServerReport = {
  name: "Redis",
  settings: { appendonly: "yes", appendfsync: "always", "maxmemory-policy": "noeviction" },
  version: "7.0.15",
  replicaCount: 0,
  cluster: null,
  aheadMs: 0,
};
const node: ServerReport = { ...fine, cluster: { state: "ok", servedSlots: 16_384 } };

test("an old version, and settings that are not shown", () => {
  expect(serverFindings(fine).map(({ verdict }) => verdict)).toEqual(["good"]);
  expect(serverFindings({ ...fine, version: "6.2.14" }).map(({ verdict }) => verdict)).toEqual(["refused"]);
  expect(serverFindings({ ...fine, settings: null }).map(({ verdict }) => verdict)).toEqual(["risky"]);
});

test("clocks that differ, and replicas", () => {
  expect(clusterFindings([node, { ...node, aheadMs: 900 }]).map(({ verdict }) => verdict)).toEqual(["good"]);
  expect(
    clusterFindings([
      { ...node, aheadMs: -600 },
      { ...node, aheadMs: 600 },
    ])[0]?.text,
  ).toContain("differ by 1.2 s");
  expect(clusterFindings([node, { ...node, replicaCount: 1 }])[0]?.text).toContain("has replicas");
});
