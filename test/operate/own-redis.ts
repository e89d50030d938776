import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RespClient } from "../chaos/resp-client.ts";
import { stop } from "../support/processes.ts";
import { freePort, runRedis } from "../support/redis-process.ts";

/** A single redis-server that a test may treat badly. */
export interface OwnRedis {
  readonly url: string;
  signal(name: NodeJS.Signals): void;
  /** What it answers, as the protocol's bytes. */
  ask(...command: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function openOwnRedis(): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
  const port = await freePort();
  const { child, ended } = await runRedis(port, folder);
  const url = `redis://127.0.0.1:${String(port)}`;
  const client = await RespClient.connect(url);
  return {
    url,
    signal: (name) => void child.kill(name),
    ask: async (...command) => await client.ask(...command),
    close: async () => {
      client.close();
      child.kill("SIGCONT");
      await stop(child, ended);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
