import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { killAtExit } from "./last-resort.ts";
import { portOf } from "./port.ts";
import type { Random } from "./random.ts";
import { within } from "./wait.ts";

/** A real redis-server with the settings for which the promises hold; its append-only file outlives a kill. */
export interface RedisServer {
  readonly port: number;
  /** Of a cluster, those of all nodes. */
  readonly ports: readonly number[];
  readonly url: string;
  /** How long it may stay down after a crash. */
  readonly mostDownMs: number;
  /** Kills one node of a cluster, or all. */
  crash(random: Random): Promise<void>;
  /** SIGKILL: nothing is flushed that was not. */
  kill(): Promise<void>;
  /** What was killed, on the same port and files as before. */
  start(): Promise<void>;
  /** Moves slots of a cluster to other nodes. Returns how many. */
  reshard(random: Random): Promise<number>;
  /** Ends that nobody here asked for. */
  readonly ownEnds: readonly string[];
}

const startLimitMs = 15_000;

/** @param more words for redis-server */
export async function startRedis(directory: string, more: readonly string[] = []): Promise<RedisServer> {
  const command = await redisServerCommand();
  if (command === null) throw new Error("neither redis-server nor valkey-server is installed");
  const port = await freePort();
  const run: { child: ChildProcess | null } = { child: null };
  const ownEnds: string[] = [];
  const kill = async (): Promise<void> => {
    const child = run.child;
    run.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  const start = async (): Promise<void> => {
    if (run.child !== null) return;
    const child = spawn(command, [...redisArguments(port, directory), ...more], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    run.child = child;
    killAtExit(child);
    child.once("exit", (code, signal) => {
      if (run.child === child)
        ownEnds.push(`${command} ended by itself, ${code ?? signal}, ${new Date().toISOString()}`);
    });
    await within(startLimitMs, `the start of ${command}`, accepting(child));
  };
  await start();
  return {
    port,
    ports: [port],
    url: `redis://127.0.0.1:${port}`,
    mostDownMs: 800,
    crash: kill,
    kill,
    start,
    reshard: async () => await Promise.resolve(0),
    ownEnds,
  };
}

/** The name of the Redis or Valkey server of this machine; null when there is none. */
export async function redisServerCommand(): Promise<string | null> {
  for (const command of ["redis-server", "valkey-server"]) {
    if (await runs(command)) return command;
  }
  return null;
}

async function runs(command: string): Promise<boolean> {
  const child = spawn(command, ["--version"], { stdio: "ignore" });
  return await new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

function redisArguments(port: number, directory: string): string[] {
  const listen = ["--bind", "127.0.0.1", "--port", String(port), "--dir", directory];
  return [
    ...listen,
    "--save",
    "",
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--maxmemory-policy",
    "noeviction",
  ];
}

async function accepting(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error("the Redis server has no output");
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the Redis server ended with ${code}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}
