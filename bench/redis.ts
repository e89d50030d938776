import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { pinned } from "./child.ts";

/** A real redis-server on a unix socket. It keeps nothing on disk: a disk's speed is not what is measured. */
export interface BenchRedis {
  readonly url: string;
  readonly socket: string;
  readonly client: Redis;
  stop(): Promise<void>;
}

/** As the private Redis has them (`src/store/private-redis.ts`), since they decide what a key weighs. */
const ENCODING = "--hash-max-listpack-entries 1024 --hash-max-listpack-value 512 --zset-max-listpack-entries 256".split(
  " ",
);

export async function startRedis(directory: string, core: number | undefined): Promise<BenchRedis> {
  const socket = join(directory, "redis.sock");
  const settings = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", directory];
  const [command, words] = pinned(core, "redis-server", [...settings, ...ENCODING]);
  const child = spawn(command, words, { stdio: "ignore" });
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  const client = new Redis(socket, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on("error", () => undefined);
  await Promise.race([client.ping(), ended(child), sleep(10_000, undefined, { ref: false }).then(tooLate)]);
  return {
    url: `unix://${socket}`,
    socket,
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
