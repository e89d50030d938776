import { ask } from "./redis-process.ts";
import { until } from "./wait.ts";

const slotCount = 16_384;

interface Node {
  readonly port: number;
  readonly busPort: number;
}

/** A node that does not answer for so long is down for the others, and the cluster with it. */
const nodeTimeoutMs = 1500;

/** What redis-server is told in order to be a node. */
export function nodeWords(busPort: number): string[] {
  const timeout = ["--cluster-node-timeout", String(nodeTimeoutMs)];
  return ["--cluster-enabled", "yes", "--cluster-port", String(busPort), ...timeout];
}

/** Makes one cluster of empty nodes: as `redis-cli --cluster create` does, without its questions. */
export async function joinNodes(nodes: readonly Node[]): Promise<void> {
  const share = Math.ceil(slotCount / nodes.length);
  for (const [i, { port }] of nodes.entries()) {
    await done(port, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`);
    await done(port, `CLUSTER ADDSLOTSRANGE ${i * share} ${Math.min(slotCount, (i + 1) * share) - 1}`);
  }
  const [first, ...others] = nodes;
  for (const { port, busPort } of others) await done(first?.port ?? 0, `CLUSTER MEET 127.0.0.1 ${port} ${busPort}`);
  for (const { port } of nodes) {
    await until("the cluster", 20_000, async () => ((await isWhole(port, nodes.length)) ? true : undefined));
  }
}

async function done(port: number, command: string): Promise<void> {
  const reply = await ask({ port }, command);
  if (reply !== "+OK\r\n") throw new Error(`“${command}” gave ${reply}`);
}

async function isWhole(port: number, count: number): Promise<boolean> {
  const info = (await ask({ port }, "CLUSTER INFO")) ?? "";
  return ["cluster_state:ok", `cluster_slots_ok:${slotCount}`, `cluster_size:${count}`].every((line) =>
    info.includes(line),
  );
}
