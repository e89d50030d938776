import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { endOf, type Ending, stop } from "./processes.ts";
import { until } from "./wait.ts";

/** Where a redis-server listens: a unix socket or a port of 127.0.0.1. */
export type RedisAddress = { readonly path: string } | { readonly port: number };

export interface RedisServer {
  readonly url: string;
  readonly address: RedisAddress;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<Ending>;
}

/** A real redis-server with the durability that Planetwire asks for. */
export async function startRedis(directory: string): Promise<RedisServer> {
  const port = await freePort();
  const durable = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", ""];
  const words = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, ...durable];
  const child = spawn("redis-server", words, { stdio: "ignore" });
  const ended = endOf(child);
  const address = { port };
  await until("an answer of redis-server", 10_000, async () =>
    (await ask(address, "PING")) === undefined ? undefined : true,
  );
  return {
    url: `redis://127.0.0.1:${port}`,
    address,
    signal: (name) => void child.kill(name),
    stop: async () => stop(child, ended),
  };
}

/** The first part of Redis' answer to an inline command; undefined when nobody listens. */
async function ask(address: RedisAddress, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", ...address });
    socket.once("connect", () => socket.write(`${command}\r\n`));
    socket.once("data", (chunk) => {
      resolve(chunk.toString("utf8"));
      socket.destroy();
    });
    socket.once("error", () => resolve(undefined));
    socket.once("close", () => resolve(undefined));
  });
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

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
