import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { type Ending, endOf } from "./processes.ts";
import { until } from "./wait.ts";

/** Where a redis-server listens: a unix socket or a port of 127.0.0.1. */
type RedisAddress = { readonly path: string } | { readonly port: number };

/** Waits until it answers. */
export async function runRedis(
  port: number,
  directory: string,
  more: readonly string[] = [],
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<Ending> }> {
  const durable = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", ""];
  const words = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, ...durable, ...more];
  const child = spawn("redis-server", words, { stdio: "ignore" });
  const ended = endOf(child);
  await until("an answer of redis-server", 10_000, async () =>
    (await ask({ port }, "PING"))?.startsWith("+PONG") ? true : undefined,
  );
  return { child, ended };
}

/** The first part of Redis' answer to an inline command; undefined when nobody listens. */
export async function ask(address: RedisAddress, command: string): Promise<string | undefined> {
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

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
