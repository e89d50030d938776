import { RespClient } from "../chaos/resp-client.ts";

const moveLimitMs = "5000";

/** A slot that holds keys on this node; `choose` gives an index below the number of its keys. null where it holds none. */
export async function slotInUse(port: number, choose: (keyCount: number) => number): Promise<number | null> {
  return await asking(port, async (client) => {
    const keys = (await client.askValue("KEYS", "*")).items.map(({ text }) => text.toString());
    if (keys.length === 0) return null;
    return Number(await client.askText("CLUSTER", "KEYSLOT", keys[choose(keys.length)] ?? ""));
  });
}

export interface Pace {
  readonly keysAtOnce: number;
  /** Called when some keys may be here and some there. */
  readonly between: () => Promise<void>;
}

const atOnce: Pace = { keysAtOnce: 20, between: async () => {} };

/**
 * Gives a slot with all its keys to another node, as `redis-cli --cluster reshard` does (redis.io: CLUSTER SETSLOT). May be asked for again
 * after a failure.
 */
export async function moveSlot(
  slot: number,
  from: number,
  to: number,
  all: readonly number[],
  { keysAtOnce, between }: Pace = atOnce,
): Promise<void> {
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  await done(to, "CLUSTER", "SETSLOT", `${slot}`, "IMPORTING", fromId);
  await done(from, "CLUSTER", "SETSLOT", `${slot}`, "MIGRATING", toId);
  await asking(from, async (client) => {
    for (;;) {
      const keys = await client.askValue("CLUSTER", "GETKEYSINSLOT", `${slot}`, `${keysAtOnce}`);
      if (keys.items.length === 0) return;
      const names = keys.items.map(({ text }) => text.toString());
      const reply = await client.askText("MIGRATE", "127.0.0.1", `${to}`, "", "0", moveLimitMs, "KEYS", ...names);
      if (reply !== "OK" && reply !== "NOKEY") throw new Error(`slot ${slot} does not move: ${reply}`);
      await between();
    }
  });
  // The new owner first: otherwise a crash between leaves the slot to nobody.
  const rest = all.filter((port) => port !== to && port !== from);
  for (const port of [to, from, ...rest]) await done(port, "CLUSTER", "SETSLOT", `${slot}`, "NODE", toId);
}

async function idOf(port: number): Promise<string> {
  return await asking(port, async (client) => await client.askText("CLUSTER", "MYID"));
}

async function done(port: number, ...command: readonly string[]): Promise<void> {
  const reply = await asking(port, async (client) => await client.askText(...command));
  if (reply !== "OK") throw new Error(`“${command.join(" ")}” gave ${reply}`);
}

async function asking<T>(port: number, work: (client: RespClient) => Promise<T>): Promise<T> {
  const client = await RespClient.connect(`redis://127.0.0.1:${port}`);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
