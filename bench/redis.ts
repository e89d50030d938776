import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { joinNodes, nodeWords } from "../test/support/join-nodes.ts";
import { freePort } from "../test/support/redis-process.ts";
import { connect, type Redis as AnyRedis } from "../src/store/connection.ts";
import { pinned } from "./child.ts";

type Command = readonly [name: string, ...words: (string | number)[]];

/** Where a stage's Redis listens, and how many there are. */
export type RedisKind = "socket" | "tcp" | "cluster";

/** A real redis-server. It keeps nothing on disk: a disk's speed is not what is measured. */
export interface BenchRedis {
  readonly url: string;
  /** Each server by itself. */
  readonly servers: readonly Redis[];
  /** Of the first server. */
  readonly client: Redis;
  /** Whichever server each command is for. */
  batch(commands: readonly Command[]): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** As the private Redis has them (`src/store/private-redis.ts`), since they decide what a key weighs. */
const ENCODING = "--hash-max-listpack-entries 1024 --hash-max-listpack-value 512 --zset-max-listpack-entries 256".split(
  " ",
);

const NOTHING_KEPT = ["--save", "", "--appendonly", "no"];
const NODES = ["a", "b", "c"];

/** On a unix socket, as the private Redis. */
export async function startRedis(directory: string, core: number | undefined): Promise<BenchRedis> {
  const socket = join(directory, "redis.sock");
  const server = await startServer(directory, core, ["--port", "0", "--unixsocket", socket], socket);
  return served(`unix://${socket}`, [server], server.client);
}

/** On loopback, as a Redis of somebody's own; without TLS. */
export async function startTcpRedis(
  directory: string,
  core: number | undefined,
  kind: "tcp" | "cluster",
): Promise<BenchRedis> {
  if (kind === "tcp") {
    const { server, port } = await startNode(directory, core, () => []);
    return served(`redis://127.0.0.1:${String(port)}`, [server], server.client);
  }
  const nodes: Awaited<ReturnType<typeof startNode>>[] = [];
  for (const name of NODES) {
    const own = join(directory, name);
    mkdirSync(own);
    nodes.push(await startNode(own, core, nodeWords));
  }
  await joinNodes(nodes);
  const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${String(port)}`).join(",")}`;
  const client = connect({ url }, "bench");
  client.on("error", () => undefined);
  const servers = nodes.map(({ server }) => server);
  return served(url, servers, client);
}

interface Server {
  readonly client: Redis;
  stop(): Promise<void>;
}

async function startNode(directory: string, core: number | undefined, more: (busPort: number) => readonly string[]) {
  const [port, busPort] = [await freePort(), await freePort()];
  const words = ["--bind", "127.0.0.1", "--port", String(port), ...more(busPort)];
  return { server: await startServer(directory, core, words, port), port, busPort };
}

async function startServer(
  directory: string,
  core: number | undefined,
  listening: readonly string[],
  at: string | number,
): Promise<Server> {
  const settings = [...listening, ...NOTHING_KEPT, "--dir", directory, ...ENCODING];
  const [command, words] = pinned(core, "redis-server", settings);
  const child = spawn(command, words, { stdio: "ignore" });
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  const waiting = { maxRetriesPerRequest: null, retryStrategy: () => 50 };
  const client = typeof at === "string" ? new Redis(at, waiting) : new Redis(at, waiting);
  client.on("error", () => undefined);
  await Promise.race([client.ping(), ended(child), sleep(10_000, undefined, { ref: false }).then(tooLate)]);
  return {
    client,
    stop: async () => {
      client.disconnect();
      process.removeListener("exit", end);
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function served(url: string, servers: readonly Server[], all: AnyRedis): BenchRedis {
  const [first] = servers;
  if (first === undefined) throw new Error("no server");
  return {
    url,
    servers: servers.map(({ client }) => client),
    client: first.client,
    batch: async (commands) => (all instanceof Redis ? await piped(all, commands) : await apart(all, commands)),
    stop: async () => {
      all.disconnect();
      for (const server of servers) await server.stop();
    },
  };
}

async function piped(client: Redis, commands: readonly Command[]): Promise<unknown[]> {
  const pipeline = client.pipeline();
  for (const [name, ...words] of commands) pipeline.call(name, ...words);
  return ((await pipeline.exec()) ?? []).map(([, value]) => value);
}

/** A pipeline goes to one node. */
async function apart(client: AnyRedis, commands: readonly Command[]): Promise<unknown[]> {
  return await Promise.all(commands.map(async ([name, ...words]) => await client.call(name, ...words)));
}

async function ended(child: ChildProcess): Promise<never> {
  await once(child, "exit");
  throw new Error("redis-server ended at once; is it installed?");
}

function tooLate(): never {
  throw new Error("redis-server does not answer");
}

/** Bytes of all data, without the server's own overhead. */
export async function datasetBytes(client: Redis): Promise<number> {
  return Number(/used_memory_dataset:(\d+)/.exec(await client.info("memory"))?.[1] ?? 0);
}
