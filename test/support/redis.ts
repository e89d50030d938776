import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { env } from "node:process";
import { startCluster } from "./cluster.ts";
import { type Ending, stop } from "./processes.ts";
import { ask, freePort, runRedis } from "./redis-process.ts";

export interface RedisServer {
  readonly url: string;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<Ending>;
}

/** A real redis-server with the durability that Planetwire asks for; with `TEST_REDIS=cluster` in the environment, a cluster of three. */
export async function startRedis(directory: string): Promise<RedisServer> {
  if (env["TEST_REDIS"] === "cluster") return await startCluster(directory);
  const port = await freePort();
  const { child, ended } = await runRedis(port, directory);
  return {
    url: `redis://127.0.0.1:${port}`,
    signal: (name) => void child.kill(name),
    stop: async () => stop(child, ended),
  };
}

/** Process id of the redis-server that Planetwire runs below a data directory; undefined when none answers. */
export async function privateRedisPid(dataDir: string): Promise<number | undefined> {
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const socket = files.find((file) => file.isSocket());
  if (socket === undefined) return undefined;
  const info = await ask({ path: join(socket.parentPath, socket.name) }, "INFO server");
  const pid = /process_id:(\d+)/.exec(info ?? "")?.[1];
  return pid === undefined ? undefined : Number(pid);
}
