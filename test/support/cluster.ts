import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { joinNodes, nodeWords } from "./join-nodes.ts";
import { type Ending, stop } from "./processes.ts";
import { freePort, runRedis } from "./redis-process.ts";

export interface ClusterNode {
  readonly port: number;
  /** SIGKILL: nothing is flushed that was not. */
  kill(): Promise<void>;
  /** With the files and on the port of before. */
  start(): Promise<void>;
}

export interface RedisCluster {
  readonly url: string;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<Ending>;
  readonly nodes: readonly ClusterNode[];
}

/** Three nodes without replicas, each with a third of the slots. */
export async function startCluster(directory: string): Promise<RedisCluster> {
  const nodes = await Promise.all(["a", "b", "c"].map(async (name) => await startNode(join(directory, name))));
  await joinNodes(nodes);
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    nodes,
    signal: (name) => {
      for (const node of nodes) node.signal(name);
    },
    stop: async () =>
      (await Promise.all(nodes.map(async (node) => await node.stop())))[0] ?? { status: 0, signal: null },
  };
}

interface OwnNode extends ClusterNode {
  readonly busPort: number;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<Ending>;
}

async function startNode(directory: string): Promise<OwnNode> {
  await mkdir(directory, { recursive: true });
  const [port, busPort] = [await freePort(), await freePort()];
  let { child, ended } = await runRedis(port, directory, nodeWords(busPort));
  return {
    port,
    busPort,
    signal: (name) => void child.kill(name),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    start: async () => {
      ({ child, ended } = await runRedis(port, directory, nodeWords(busPort)));
    },
    stop: async () => await stop(child, ended),
  };
}
